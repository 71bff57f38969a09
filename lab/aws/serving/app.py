"""The WSGI application: moto, with faults and IAM before it, a log of its requests, and the lab's control endpoint beside it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

from authorization.guard import Guard

from .answers import Answer, refused
from .calls import identify
from .faults import Faults
from .inventory import Inventory
from .request_log import RequestLog

StartResponse = Callable[..., Any]
App = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def lab_app(moto: App, log: RequestLog, guard: Guard) -> App:
    faults = Faults()
    inventory = Inventory()
    # moto changes its state without locks while kops and the node simulation call it from many connections at once.
    # Python runs one thread at a time anyway, so answering one call at a time costs nothing.
    turn = threading.Lock()

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith("/_lab/"):
            return _control(environ, start_response, faults, inventory, guard, turn)
        faults.wait()
        call = identify(environ)
        with turn:
            decision = guard.decide(call, environ)
        answer: Answer | None = None
        if decision.refused:
            access, reason = decision.refused
            answer = refused(call, decision.principal, access.action, access.resource, reason)
        answer = answer or faults.answer(call)
        if answer:
            log.write(call, decision, environ, answer.status)
            headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
            start_response(answer.status, headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

        def logged(status: str, *rest: Any) -> Any:
            log.write(call, decision, environ, status)
            return start_response(status, *rest)

        try:
            # A long poll of a queue sleeps in moto: it must not hold up everyone else.
            if call.service == "sqs":
                return moto(environ, logged)
            with turn:
                return moto(environ, logged)
        except Exception:
            log.write(call, decision, environ, "500 Internal Server Error")
            raise

    return app


def _control(
    environ: dict[str, Any],
    start_response: StartResponse,
    faults: Faults,
    inventory: Inventory,
    guard: Guard,
    turn: threading.Lock,
) -> Iterable[bytes]:
    route = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    status, result = "200 OK", None
    if route == "GET /_lab/health":
        result = {"ok": True}
    elif route == "GET /_lab/faults":
        result = faults.list()
    elif route in ("PUT /_lab/faults", "PUT /_lab/principals"):
        ordered = faults if route.endswith("faults") else guard
        try:
            ordered.replace(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
            result = ordered.list()
        except ValueError as error:
            status, result = "400 Bad Request", {"error": str(error)}
    elif route == "GET /_lab/principals":
        result = guard.list()
    elif route == "GET /_lab/inventory":
        with turn:
            result = inventory.list()
    else:
        status, result = "404 Not Found", {"error": f"no such control endpoint: {route}"}
    body = json.dumps(result).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
