"""One thing that a call needs to be allowed to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Access:
    """`action` is IAM's (`s3:ListBucket`), `resource` an ARN or `*`, `context` the condition keys that the call has."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
