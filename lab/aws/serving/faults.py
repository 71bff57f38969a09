"""The faults in force, as the lab ordered them last."""

from __future__ import annotations

import json
import time

from . import capacity
from .answers import Answer, denied, expired, throttled
from .calls import Call

ANSWERS = {"aws-throttle": throttled, "aws-deny": denied, "aws-expired": expired}
KINDS = (*ANSWERS, "aws-capacity", "aws-lost")


class Faults:
    """Holds `[{"kind": "aws-throttle" | "aws-deny" | "aws-expired", "target": "service:Action"}]`; no target or `*` means every call.

    `{"kind": "aws-capacity", "target": "group"}` answers no call: no instance of that Auto Scaling group can be launched.
    `{"kind": "aws-lost"}` holds back every answer until it is over, as a lost network does.
    """

    def __init__(self) -> None:
        self._ordered: list[dict[str, str]] = []

    def replace(self, body: bytes) -> None:
        """Replaces all faults. Raises ValueError when the body is not a list of known faults."""
        ordered = json.loads(body)
        if not isinstance(ordered, list) or any(
            not isinstance(fault, dict) or fault.get("kind") not in KINDS for fault in ordered
        ):
            raise ValueError(f"expected a list of faults of kind {', '.join(KINDS)}")
        self._ordered = ordered
        capacity.order([fault.get("target") or "*" for fault in ordered if fault["kind"] == "aws-capacity"])

    def list(self) -> list[dict[str, str]]:
        return self._ordered

    def answer(self, call: Call) -> Answer | None:
        """What to answer instead of moto, if a fault is ordered for this call. The first one ordered wins."""
        for fault in self._ordered:
            answer = ANSWERS.get(fault["kind"])
            if answer and _matches(fault.get("target") or "*", call):
                return answer(call)
        return None

    def wait(self) -> None:
        """Returns when the network is there."""
        while any(fault["kind"] == "aws-lost" for fault in self._ordered):
            time.sleep(0.05)


def _matches(target: str, call: Call) -> bool:
    service, _, action = target.lower().partition(":")
    return service in ("*", call.service.lower()) and (action or "*") in ("*", call.action.lower())
