"""What a HTTP request to AWS asks for, read without consuming it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

from serving.calls import Call

DEFAULT_REGION = "us-east-1"
# Objects can be large and say nothing about what may be done with them; these calls name what they want in their body.
S3_WITH_BODY = {"DeleteObjects", "CreateBucket", "PutBucketTagging"}


@dataclass(frozen=True)
class Request:
    """`params` holds a form's parameters, or the members of a JSON body with their values as they are."""

    service: str
    operation: str
    region: str
    account: str
    params: Mapping[str, Any]
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def text(self, *names: str) -> str | None:
        """The first of these parameters that is given."""
        return next((str(self.params[name]) for name in names if self.params.get(name)), None)

    def members(self, prefix: str) -> Iterator[Mapping[str, str]]:
        """`Tags.member.1.Key=a&Tags.member.1.Value=b` as `{"Key": "a", "Value": "b"}`, in their order."""
        found: dict[int, dict[str, str]] = {}
        for name, value in self.params.items():
            rest = name.removeprefix(f"{prefix}.")
            number, _, key = rest.partition(".")
            if rest != name and number.isdigit():
                found.setdefault(int(number), {})[key] = value
        return (found[number] for number in sorted(found))

    def xml(self, tag: str) -> list[str]:
        """The texts of all elements of this name in the body, whatever their namespace."""
        try:
            root = ElementTree.fromstring(self.body)
        except ElementTree.ParseError:
            return []
        return [element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == tag]


def read(call: Call, environ: dict[str, Any], account: str) -> Request:
    body = _body(call, environ)
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    flat_query = {name: values[0] for name, values in query.items()}
    params: Mapping[str, Any] = {}
    if call.protocol == "json":
        parsed = json.loads(body or b"{}")
        params = parsed if isinstance(parsed, dict) else {}
    elif call.protocol in ("ec2", "query"):
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        params = {**flat_query, **{name: values[0] for name, values in form.items()}}
    return Request(
        service=call.service,
        operation=call.action,
        region=call.region or DEFAULT_REGION,
        account=account,
        params=params,
        path=unquote(environ.get("PATH_INFO", "")),
        query=flat_query,
        headers={name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")},
        body=body,
    )


def _body(call: Call, environ: dict[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length == 0 or (call.protocol == "s3" and call.action not in S3_WITH_BODY):
        return b""
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return body
