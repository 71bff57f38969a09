"""A resource that an action is about, before it is known which condition keys the action has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Target:
    """`type` is the reference's resource type, or `*` where the action has none.

    `tags` are those that the resource has now, `request_tags` those that the request gives it; `extra` are the service's
    own condition keys.
    """

    action: str
    type: str
    resource: str
    tags: Tags = field(default_factory=dict)
    request_tags: Tags = field(default_factory=dict)
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
