"""Who may do what: policies by access key, as the lab ordered them last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from serving.calls import Call

from .access import Access
from .needed import needed
from .policy import refusal, statements
from .reference import Reference
from .request import read

ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Principal:
    arn: str
    policies: list[list[dict[str, Any]]]
    boundary: list[dict[str, Any]] | None


@dataclass(frozen=True)
class Decision:
    """What a call needs; `refused` is the first of it that is refused, with the reason."""

    region: str
    principal: str
    needs: tuple[Access, ...]
    refused: tuple[Access, str] | None = None


class Guard:
    """An access key without policies may do everything: that is the lab's own, and the default."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._principals: dict[str, Principal] = {}
        self._documents: dict[str, Any] = {}

    def replace(self, body: bytes) -> None:
        """Replaces all principals: `{"KEY": {"arn": …, "policies": [document, …], "boundary": document}}`.

        Raises ValueError for policies that would not be enforced as AWS does.
        """
        ordered = json.loads(body)
        if not isinstance(ordered, dict) or not all(isinstance(one, dict) for one in ordered.values()):
            raise ValueError("expected an object of principals by access key")
        self._principals = {
            key: Principal(
                arn=one.get("arn", f"arn:aws:iam::{ACCOUNT}:user/{key}"),
                policies=[statements(document) for document in one.get("policies", [])],
                boundary=statements(one["boundary"]) if one.get("boundary") else None,
            )
            for key, one in ordered.items()
        }
        self._documents = ordered

    def list(self) -> Any:
        return self._documents

    def decide(self, call: Call, environ: dict[str, Any]) -> Decision:
        """Must not run while moto changes its state: it looks up tags there."""
        principal = self._principals.get(call.access_key)
        arn = principal.arn if principal else f"arn:aws:iam::{ACCOUNT}:user/{call.access_key or 'anonymous'}"
        request = read(call, environ, ACCOUNT)
        try:
            needs = needed(request, self._reference, arn)
        except LookupError as unknown:
            # Nobody can be allowed an action that IAM does not have.
            needs = [Access(f"{call.service}:{call.action}", "*")]
            if principal:
                refused = (needs[0], f"because IAM knows no action {unknown.args[0]}")
                return Decision(request.region, arn, tuple(needs), refused)
        if principal:
            for access in needs:
                if reason := refusal(principal.policies, access, principal.boundary):
                    return Decision(request.region, arn, tuple(needs), (access, reason))
        return Decision(request.region, arn, tuple(needs))
