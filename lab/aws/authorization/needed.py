"""All that a call needs to be allowed to do."""

from __future__ import annotations

from collections.abc import Iterator

from . import autoscaling, ec2, iam, named, route53, s3
from .access import Access
from .reference import ActionReference, Reference
from .request import Request
from .target import Target

# Needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
FREE = {("sts", "GetCallerIdentity")}


def needed(request: Request, reference: Reference, principal_arn: str) -> list[Access]:
    """Empty for a call that needs no permission. Raises LookupError for one that the reference does not know."""
    if (request.service, request.operation) in FREE:
        return []
    common = {
        "aws:RequestedRegion": (request.region,),
        "aws:PrincipalArn": (principal_arn,),
        "aws:PrincipalAccount": (request.account,),
    }
    found = [_access(target, reference, request, common) for target in _targets(request, reference)]
    return list({(access.action, access.resource): access for access in found}.values())


def _targets(request: Request, reference: Reference) -> Iterator[Target]:
    if request.service == "s3":
        yield from s3.targets(request, reference)
        return
    action = reference.action(request.service, request.operation)
    if action is None:
        raise LookupError(f"{request.service}:{request.operation}")
    if request.service == "ec2":
        yield from ec2.targets(request, action)
    elif request.service == "iam":
        yield from iam.targets(request, action)
    elif request.service == "route53":
        yield from route53.targets(request, action)
    elif request.service == "autoscaling":
        yield from autoscaling.targets(request, action, reference)
    else:
        yield from named.targets(request, action)


def _access(target: Target, reference: Reference, request: Request, common: dict[str, tuple[str, ...]]) -> Access:
    service, _, name = target.action.partition(":")
    action = reference.action(service, name)
    if action is None:
        raise LookupError(target.action)
    keys = _keys(action, target.type)
    context = {**common, **{key: value for key, value in target.extra.items() if key.lower() in keys}}
    if "ec2:region" in keys:
        context["ec2:Region"] = (request.region,)
    for key, value in target.tags.items():
        for prefix in ("aws:ResourceTag", f"{service}:ResourceTag"):
            if f"{prefix}/${{tagkey}}".lower() in keys:
                context[f"{prefix}/{key}"] = (value,)
    if "aws:requesttag/${tagkey}" in keys:
        context |= {f"aws:RequestTag/{key}": (value,) for key, value in target.request_tags.items()}
        if target.request_tags:
            context["aws:TagKeys"] = tuple(target.request_tags)
    return Access(action.name, target.resource, context)


def _keys(action: ActionReference, kind: str) -> frozenset[str]:
    """The condition keys that AWS has for this action on this type of resource, lower case."""
    known = action.type(kind)
    return action.condition_keys | (known.condition_keys if known else frozenset())
