"""Auto Scaling: the groups that a request names, and what a launch template of a group needs.

A group with a launch template needs ec2:RunInstances, ec2:CreateTags for its tags, and iam:PassRole for its instance
profile: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-api-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from . import ec2, iam
from .reference import ActionReference, Reference
from .request import Request
from .target import Tags, Target

TYPE = "autoScalingGroup"


def targets(request: Request, action: ActionReference, reference: Reference) -> Iterator[Target]:
    given = {tag["Key"]: tag.get("Value", "") for tag in request.members("Tags.member") if "Key" in tag}
    names = sorted(set(_names(request)))
    if action.type(TYPE) is None or not names:
        yield Target(action.name, "*", "*", request_tags=given)
    else:
        for name in names:
            arn, tags = _group(request, name)
            # What is created has its tags from the first moment: AWS gives them as the resource's too.
            yield Target(action.name, TYPE, arn, {**given, **tags} if request.operation.startswith("Create") else tags, given)
    if request.operation in ("CreateAutoScalingGroup", "UpdateAutoScalingGroup"):
        yield from _launch(request, reference)


def _names(request: Request) -> Iterator[str]:
    for name, value in request.params.items():
        if name == "AutoScalingGroupName" or name.endswith(".ResourceId"):
            yield value
    if request.text("InstanceId") and not request.text("AutoScalingGroupName"):
        groups = autoscaling_backends[request.account][request.region].autoscaling_groups.values()
        for group in groups:
            if any(state.instance.id == request.text("InstanceId") for state in group.instance_states):
                yield group.name


def _group(request: Request, name: str) -> tuple[str, Tags]:
    group = autoscaling_backends[request.account][request.region].autoscaling_groups.get(name)
    prefix = f"arn:aws:autoscaling:{request.region}:{request.account}:autoScalingGroup"
    tags = {tag.get("Key", tag.get("key", "")): tag.get("Value", tag.get("value", "")) for tag in group.tags} if group else {}
    return f"{prefix}:{'*' if group is None else group.arn.split(':')[6]}:autoScalingGroupName/{name}", tags


def _launch(request: Request, reference: Reference) -> Iterator[Target]:
    backend = ec2_backends[request.account][request.region]
    template_id = next((str(v) for k, v in request.params.items() if k.endswith("LaunchTemplateId")), None)
    name = next((str(v) for k, v in request.params.items() if k.endswith("LaunchTemplateName")), None)
    template = backend.launch_templates.get(template_id or backend.launch_template_name_to_ids.get(name or "", ""))
    run = reference.action("ec2", "RunInstances")
    if template is None or run is None:
        return
    data = template.latest_version().data
    given = {
        specification.get("ResourceType", ""): {tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags") or []}
        for specification in data.get("TagSpecifications") or []
    }
    interfaces = data.get("NetworkInterfaces") or []
    groups = [group for interface in interfaces for group in interface.get("Groups") or interface.get("SecurityGroupId") or []]
    subnets = (request.text("VPCZoneIdentifier") or "").split(",")
    used = {
        "image": [data.get("ImageId", "*")],
        "key-pair": [data["KeyName"]] if data.get("KeyName") else [],
        "launch-template": [template.id],
        "security-group": groups,
        "subnet": [subnet for subnet in subnets if subnet],
    }
    for kind in run.resource_types:
        for identifier in used.get(kind.name, []):
            yield Target(run.name, kind.name, ec2.arn(request, kind, identifier), ec2.tags_of(request, identifier))
        if kind.name in ("instance", "network-interface", "volume"):
            arn, tags = ec2.arn(request, kind, "*"), given.get(kind.name, {})
            yield Target(run.name, kind.name, arn, request_tags=tags)
            if tags:
                extra = {"ec2:CreateAction": ("RunInstances",)}
                yield Target("ec2:CreateTags", kind.name, arn, request_tags=tags, extra=extra)
    profile = data.get("IamInstanceProfile") or {}
    for known in iam_backends[request.account]["aws"].instance_profiles.values():
        if profile and profile.get("Name", "") == known.name or profile.get("Arn", "") == known.arn:
            yield from (iam.pass_role(request, role.name) for role in known.roles)
