"""Error answers as AWS words them, in each protocol's own form."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .calls import Call


@dataclass(frozen=True)
class Answer:
    status: str
    content_type: str
    body: bytes


# Status and code that the services answer with: EC2 and S3 have codes of their own, the JSON services add "Exception".
THROTTLE = {
    "ec2": ("503 Service Unavailable", "RequestLimitExceeded", "Request limit exceeded."),
    "s3": ("503 Slow Down", "SlowDown", "Please reduce your request rate."),
    "json": ("400 Bad Request", "ThrottlingException", "Rate exceeded"),
    "query": ("400 Bad Request", "Throttling", "Rate exceeded"),
    "rest-xml": ("400 Bad Request", "Throttling", "Rate exceeded"),
}
DENY = {
    "ec2": ("403 Forbidden", "UnauthorizedOperation"),
    "s3": ("403 Forbidden", "AccessDenied"),
    "json": ("400 Bad Request", "AccessDeniedException"),
    "query": ("403 Forbidden", "AccessDenied"),
    "rest-xml": ("403 Forbidden", "AccessDenied"),
}
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and "Common errors" of the others.
EXPIRED = {
    "ec2": ("400 Bad Request", "RequestExpired", "Request has expired."),
    "s3": ("400 Bad Request", "ExpiredToken", "The provided token has expired."),
    "json": ("400 Bad Request", "ExpiredTokenException", "The security token included in the request is expired"),
    "query": ("403 Forbidden", "ExpiredToken", "The security token included in the request is expired"),
    "rest-xml": ("403 Forbidden", "ExpiredToken", "The security token included in the request is expired"),
}


def throttled(call: Call) -> Answer:
    return _answer(call, *THROTTLE[call.protocol])


def denied(call: Call) -> Answer:
    message = f"User: {call.access_key or 'anonymous'} is not authorized to perform: {call.service}:{call.action}"
    return _answer(call, *DENY[call.protocol], message)


def expired(call: Call) -> Answer:
    return _answer(call, *EXPIRED[call.protocol])


def refused(call: Call, principal: str, action: str, resource: str, reason: str) -> Answer:
    """What a principal gets whose policies do not allow the call."""
    message = f"User: {principal} is not authorized to perform: {action} on resource: {resource} {reason}"
    if call.protocol == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    return _answer(call, *DENY[call.protocol], message)


def _answer(call: Call, status: str, code: str, message: str) -> Answer:
    request_id = str(uuid.uuid4())
    if call.protocol == "json":
        body = json.dumps({"__type": code, "message": message})
        return Answer(status, "application/x-amz-json-1.1", body.encode())
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if call.protocol == "s3":
        body = f"<Error>{error}<RequestId>{request_id}</RequestId></Error>"
    elif call.protocol == "ec2":
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    else:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    return Answer(status, "text/xml", f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode())
