"""One line of JSON for each request, written before the answer is complete."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timezone
from typing import Any

from .calls import Call


class RequestLog:
    """Appends to a file that is flushed after each line; safe to use from many threads."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "a", buffering=1, encoding="utf-8")
        self._lock = threading.Lock()

    def write(self, call: Call, environ: dict[str, Any], status: str) -> None:
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {
            "time": now,
            "service": call.service,
            "action": call.action,
            "method": environ.get("REQUEST_METHOD"),
            "path": environ.get("PATH_INFO"),
            "status": int(status.split(" ", 1)[0]),
            "accessKey": call.access_key,
        }
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
