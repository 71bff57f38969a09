"""One line of JSON for each request, written before the answer is complete.

`time`, `service` (signing name), `action` (operation of the API), `method`, `path`, `status`, `accessKey`, `principal`
(ARN), `region`, `needs` (the IAM actions that the call needs, each with its `resource` and, under `context`, the
condition keys that AWS has for it; none for a call that needs no permission) and, where policies refused the call,
`refused` (action, resource and reason).
"""

from __future__ import annotations

import json
import threading
from datetime import datetime, timezone
from typing import Any

from authorization.access import Access
from authorization.guard import Decision

from .calls import Call

# Condition keys that say nothing beyond the line itself.
IMPLIED = {"aws:RequestedRegion", "aws:PrincipalArn", "aws:PrincipalAccount", "ec2:Region"}


class RequestLog:
    """Appends to a file that is flushed after each line; safe to use from many threads."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "a", buffering=1, encoding="utf-8")
        self._lock = threading.Lock()

    def write(self, call: Call, decision: Decision, environ: dict[str, Any], status: str) -> None:
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {
            "time": now,
            "service": call.service,
            "action": call.action,
            "method": environ.get("REQUEST_METHOD"),
            "path": environ.get("PATH_INFO"),
            "status": int(status.split(" ", 1)[0]),
            "accessKey": call.access_key,
            "principal": decision.principal,
            "region": decision.region,
            "needs": [_need(access) for access in decision.needs],
        }
        if decision.refused:
            access, reason = decision.refused
            line["refused"] = {"action": access.action, "resource": access.resource, "reason": reason}
        with self._lock:
            self._file.write(json.dumps(line) + "\n")


def _need(access: Access) -> dict[str, Any]:
    context = {key: list(values) for key, values in access.context.items() if key not in IMPLIED}
    return {"action": access.action, "resource": access.resource, **({"context": context} if context else {})}
