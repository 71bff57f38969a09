"""Services whose resources a request names by name or ARN: load balancing, queues, event rules, parameters.

Tags given at creation need the action that tags as well:
https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.elb.models import elb_backends
from moto.elbv2.models import elbv2_backends
from moto.events.models import events_backends
from moto.sqs.models import sqs_backends

from .reference import ActionReference
from .request import Request
from .target import Tags, Target

TAG_ACTIONS = {
    "elasticloadbalancing:CreateLoadBalancer": "elasticloadbalancing:AddTags",
    "elasticloadbalancing:CreateTargetGroup": "elasticloadbalancing:AddTags",
    "elasticloadbalancing:CreateListener": "elasticloadbalancing:AddTags",
    "sqs:CreateQueue": "sqs:TagQueue",
    "events:PutRule": "events:TagResource",
}


def targets(request: Request, action: ActionReference) -> Iterator[Target]:
    given = _given(request)
    arns = sorted(set(_arns(request, action))) if action.resource_types else []
    for arn in arns or ["*"]:
        kind = _kind(action, arn)
        yield Target(action.name, kind, arn, _tags(request, arn), given)
        if given and action.name in TAG_ACTIONS:
            extra = {f"{request.service}:CreateAction": (request.operation,)}
            yield Target(TAG_ACTIONS[action.name], kind, arn, _tags(request, arn), given, extra)


def _given(request: Request) -> Tags:
    tags: Any = request.params.get("tags") or request.params.get("Tags")
    if isinstance(tags, dict):
        return tags
    listed = tags if isinstance(tags, list) else request.members("Tags.member")
    return {tag["Key"]: tag.get("Value", "") for tag in listed if "Key" in tag}


def _arns(request: Request, action: ActionReference) -> Iterator[str]:
    prefix = f"arn:aws:{request.service}:{request.region}:{request.account}:"
    for name, value in request.params.items():
        if isinstance(value, str) and value.startswith(f"arn:aws:{request.service}:") and not name.startswith("Targets"):
            yield value
    if request.service == "sqs":
        if url := request.text("QueueUrl"):
            yield f"{prefix}{url.rpartition('/')[2]}"
        elif name := request.text("QueueName"):
            yield f"{prefix}{name}"
    elif request.service == "events":
        if name := request.text("Name", "Rule"):
            yield f"{prefix}rule/{name}"
    elif request.service == "ssm":
        for name in [request.text("Name"), *(request.params.get("Names") or [])]:
            if name:
                owner = "" if name.startswith("/aws/") else request.account
                yield f"arn:aws:ssm:{request.region}:{owner}:parameter/{name.lstrip('/')}"
    elif request.service == "elasticloadbalancing":
        name = request.text("Name", "LoadBalancerName")
        if request.operation == "CreateLoadBalancer" and request.text("Name"):
            kind = {"network": "net", "gateway": "gwy"}.get(request.text("Type") or "", "app")
            yield f"{prefix}loadbalancer/{kind}/{name}/*"
        elif request.operation == "CreateTargetGroup":
            yield f"{prefix}targetgroup/{name}/*"
        elif action.type("loadbalancer"):
            classic = (value for key, value in request.params.items() if key.startswith("LoadBalancerNames.member."))
            yield from (f"{prefix}loadbalancer/{one}" for one in [name, *classic] if one)


def _kind(action: ActionReference, arn: str) -> str:
    """The resource type of the action whose ARN has this form."""
    for kind in action.resource_types:
        pattern = "".join(".+" if i % 2 else re.escape(part) for i, part in enumerate(re.split(r"(\$\{\w+\})", kind.arn_format)))
        if re.fullmatch(pattern, arn) or re.fullmatch(pattern, arn.replace(":::", ":aws:aws:")):
            return kind.name
    return "*"


def _tags(request: Request, arn: str) -> Tags:
    """The tags that a resource has now."""
    if request.service == "elasticloadbalancing":
        kind, _, name = arn.rpartition(":")[2].partition("/")
        if kind == "loadbalancer" and "/" not in name:
            classic = elb_backends[request.account][request.region].load_balancers.get(name)
            return dict(classic.tags) if classic else {}
        backend = elbv2_backends[request.account][request.region]
        return backend.tagging_service.get_tag_dict_for_resource(arn)
    if request.service == "sqs":
        queue = sqs_backends[request.account][request.region].queues.get(arn.rpartition(":")[2])
        return dict(queue.tags or {}) if queue else {}
    if request.service == "events":
        return events_backends[request.account][request.region].tagger.get_tag_dict_for_resource(arn)
    return {}
