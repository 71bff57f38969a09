"""Which AWS call a HTTP request is: service, action, protocol and who makes it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """`service` is the signing name (`ec2`, `elasticloadbalancing`, ...), `protocol` one of ec2, query, json, s3, rest-xml.

    `region` is the one that the request is signed for; empty for an unsigned request.
    """

    service: str
    action: str
    protocol: str
    access_key: str
    region: str = ""


def _credential(environ: dict[str, Any], query: dict[str, list[str]]) -> tuple[str, str, str]:
    """Access key, region and service from the signature's credential scope; empty for an unsigned request."""
    header = environ.get("HTTP_AUTHORIZATION", "")
    _, _, scope = header.partition("Credential=")
    scope = scope.split(",")[0] or query.get("X-Amz-Credential", [""])[0]
    parts = scope.split("/")
    return (parts[0], parts[2], parts[3]) if len(parts) == 5 else ("", "", "")


def _form(environ: dict[str, Any]) -> dict[str, list[str]]:
    """The parameters of a form body; the body stays readable for moto."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length == 0 or not environ.get("CONTENT_TYPE", "").startswith(FORM):
        return {}
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode("utf-8", "replace"))


def _rest_action(service: str, environ: dict[str, Any]) -> str:
    """The operation that botocore's model of the service has for this method and path."""
    try:
        operation, _ = get_service_router(service).match(Request(environ))
        return operation.name
    except (NotFound, NotImplementedError, UnknownServiceError):
        return "Unknown"


def identify(environ: dict[str, Any]) -> Call:
    """Reads a request without consuming it. An unsigned one counts as S3's, as moto takes it."""
    query = parse_qs(environ.get("QUERY_STRING", ""))
    access_key, region, service = _credential(environ, query)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return Call(service, target.rsplit(".", 1)[-1], "json", access_key, region)
    action = (_form(environ).get("Action") or query.get("Action") or [""])[0]
    if action:
        return Call(service or "sts", action, "ec2" if service == "ec2" else "query", access_key, region)
    service = service or "s3"
    return Call(service, _rest_action(service, environ), "s3" if service == "s3" else "rest-xml", access_key, region)
