"""The faults in force, as the lab ordered them last."""

from __future__ import annotations

import json

from .answers import Answer, denied, throttled
from .calls import Call


class Faults:
    """Holds `[{"kind": "aws-throttle" | "aws-deny", "target": "service:Action"}]`; no target or `*` means every call."""

    def __init__(self) -> None:
        self._ordered: list[dict[str, str]] = []

    def replace(self, body: bytes) -> None:
        """Replaces all faults. Raises ValueError when the body is not a list of known faults."""
        ordered = json.loads(body)
        if not isinstance(ordered, list) or any(
            not isinstance(fault, dict) or fault.get("kind") not in ("aws-throttle", "aws-deny") for fault in ordered
        ):
            raise ValueError("expected a list of faults of kind aws-throttle or aws-deny")
        self._ordered = ordered

    def list(self) -> list[dict[str, str]]:
        return self._ordered

    def answer(self, call: Call) -> Answer | None:
        """What to answer instead of moto, if a fault is ordered for this call. The first one ordered wins."""
        for fault in self._ordered:
            if _matches(fault.get("target") or "*", call):
                return denied(call) if fault["kind"] == "aws-deny" else throttled(call)
        return None


def _matches(target: str, call: Call) -> bool:
    service, _, action = target.lower().partition(":")
    return service in ("*", call.service.lower()) and (action or "*") in ("*", call.action.lower())
