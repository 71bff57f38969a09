"""Route 53: the hosted zone or the change that the path names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .reference import ActionReference
from .request import Request
from .target import Target


def targets(request: Request, action: ActionReference) -> Iterator[Target]:
    match = re.search(r"/(hostedzone|change|tags/hostedzone)/([^/]+)", request.path)
    vpcs = [f"VPCId={vpc},VPCRegion={region}" for vpc, region in zip(request.xml("VPCId"), request.xml("VPCRegion"))]
    extra: dict[str, tuple[str, ...]] = {"route53:VPCs": tuple(vpcs)} if vpcs else {}
    if request.operation == "ChangeResourceRecordSets":
        names = (name.lower().rstrip(".") for name in request.xml("Name"))
        extra["route53:ChangeResourceRecordSetsNormalizedRecordNames"] = tuple(dict.fromkeys(names))
        extra["route53:ChangeResourceRecordSetsRecordTypes"] = tuple(dict.fromkeys(request.xml("Type")))
        extra["route53:ChangeResourceRecordSetsActions"] = tuple(dict.fromkeys(request.xml("Action")))
    if request.operation == "ListTagsForResources":
        # Only the kind is in the path.
        for zone in request.xml("ResourceId"):
            yield Target(action.name, "hostedzone", f"arn:aws:route53:::hostedzone/{zone}")
        return
    kind = {"tags/hostedzone": "hostedzone"}.get(match[1], match[1]) if match else ""
    if match and action.type(kind):
        yield Target(action.name, kind, f"arn:aws:route53:::{kind}/{match[2]}", extra=extra)
    else:
        yield Target(action.name, "*", "*", extra=extra)
    if request.operation == "CreateHostedZone" and vpcs:
        yield Target("ec2:DescribeVpcs", "*", "*")
