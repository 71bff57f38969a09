"""EC2: the ids in a request, by their prefixes; what is created has no id yet and is `TYPE/*`.

Tags given at creation need ec2:CreateTags on what is created, with ec2:CreateAction:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moto.ec2.models import ec2_backends

from .reference import ActionReference, ResourceType
from .request import Request
from .target import Tags, Target

ID = re.compile(r"([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8,17}")
# Prefix of ids to resource type, where they are not the same.
TYPES = {
    "acl": "network-acl",
    "ami": "image",
    "dopt": "dhcp-options",
    "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "key": "key-pair",
    "lt": "launch-template",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "snap": "snapshot",
    "vol": "volume",
    "vpce": "vpc-endpoint",
}
# Ids in here say what to find, what to route to or whom to let in: IAM asks about none of them.
NOT_ACTED_ON = ("Filter.", "TagSpecification.", "IpPermissions.", "LaunchTemplateData.", "Tag.", "ClientToken")


def targets(request: Request, action: ActionReference) -> Iterator[Target]:
    tags_by_type = dict(_tag_specifications(request))
    named = list(_named(request))
    found = False
    for kind in action.resource_types:
        ids = [identifier for type_name, identifier in named if type_name == kind.name]
        if action.name == "ec2:CreateTags" or action.name == "ec2:DeleteTags":
            given = {tag["Key"]: tag.get("Value", "") for tag in request.members("Tag")}
        else:
            given = tags_by_type.get(kind.name, {})
        for identifier in ids:
            found = True
            yield Target(action.name, kind.name, arn(request, kind, identifier), tags_of(request, identifier), given)
        if not ids and kind.required and not _without_new(action):
            found = True
            yield Target(action.name, kind.name, arn(request, kind, "*"), {}, given)
            if given:
                extra = {"ec2:CreateAction": (request.operation,)}
                yield Target("ec2:CreateTags", kind.name, arn(request, kind, "*"), {}, given, extra)
    if not found:
        yield Target(action.name, "*", "*")


def _without_new(action: ActionReference) -> bool:
    return not re.match(r"ec2:(Create|Allocate|Import|Run|Request|Copy|Register|Authorize)", action.name)


def arn(request: Request, kind: ResourceType, identifier: str) -> str:
    filled = kind.arn_format.replace("${Partition}", "aws").replace("${Region}", request.region)
    return re.sub(r"\$\{\w+\}", identifier, filled.replace("${Account}", request.account))


def tags_of(request: Request, identifier: str) -> Tags:
    backend = ec2_backends[request.account][request.region]
    if identifier in backend.key_pairs:
        identifier = backend.key_pairs[identifier].id
    return dict(backend.tags.get(identifier, {}))


def _named(request: Request) -> Iterator[tuple[str, str]]:
    """Resource type and id of all that the request names; key pairs are known by name."""
    backend = ec2_backends[request.account][request.region]
    seen: set[tuple[str, str]] = set()
    for name, value in request.params.items():
        if name.startswith(NOT_ACTED_ON):
            continue
        for found in _identified(backend, name, str(value)):
            if found not in seen:
                seen.add(found)
                yield found


def _identified(backend, name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == "LaunchTemplateName" and value in backend.launch_template_name_to_ids:
        yield "launch-template", backend.launch_template_name_to_ids[value]
    elif name == "KeyName" and value in backend.key_pairs:
        yield "key-pair", value
    elif match := ID.fullmatch(value):
        prefix = match[1]
        if prefix == "rtbassoc":
            for table in backend.route_tables.values():
                if value in table._associations:
                    yield "route-table", table.id
                    yield "subnet", table._associations[value]
        elif prefix == "key":
            yield from (("key-pair", pair.key_name) for pair in backend.key_pairs.values() if pair.id == value)
        else:
            yield TYPES.get(prefix, prefix), value


def _tag_specifications(request: Request) -> Iterator[tuple[str, Tags]]:
    for specification in request.members("TagSpecification"):
        tags: dict[str, dict[str, str]] = {}
        for name, value in specification.items():
            if name.startswith("Tag."):
                _, number, part = name.split(".", 2)
                tags.setdefault(number, {})[part] = value
        yield specification.get("ResourceType", ""), {tag["Key"]: tag.get("Value", "") for tag in tags.values()}
