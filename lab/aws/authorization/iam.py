"""IAM: roles, instance profiles, policies and OIDC providers.

Tags given at creation need the action that tags as well; a role that is put into an instance profile is passed to EC2:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags_roles.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.iam.models import iam_backends

from .reference import ActionReference
from .request import Request
from .target import Tags, Target

TAG_ACTIONS = {
    "CreateRole": "iam:TagRole",
    "CreateInstanceProfile": "iam:TagInstanceProfile",
    "CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
    "CreatePolicy": "iam:TagPolicy",
}


def targets(request: Request, action: ActionReference) -> Iterator[Target]:
    given = {tag["Key"]: tag.get("Value", "") for tag in request.members("Tags.member") if "Key" in tag}
    found = [*_named(request, action)]
    for kind, arn, tags, extra in found:
        yield Target(action.name, kind, arn, tags, given, extra)
        if given and request.operation in TAG_ACTIONS:
            yield Target(TAG_ACTIONS[request.operation], kind, arn, tags, given)
    if not found:
        yield Target(action.name, "*", "*")
    if request.operation in ("AddRoleToInstanceProfile",) and (name := request.text("RoleName")):
        yield pass_role(request, name)


def pass_role(request: Request, name: str) -> Target:
    """Passing a role to instances of EC2."""
    arn, tags, _ = _role(request, name)
    return Target("iam:PassRole", "role", arn, tags, extra={"iam:PassedToService": ("ec2.amazonaws.com",)})


def _named(request: Request, action: ActionReference) -> Iterator[tuple[str, str, Tags, Mapping[str, tuple[str, ...]]]]:
    backend = iam_backends[request.account]["aws"]
    prefix = f"arn:aws:iam::{request.account}"
    if action.type("role") and (name := request.text("RoleName")):
        arn, tags, boundary = _role(request, name)
        extra = {"iam:PolicyARN": (policy,)} if (policy := request.text("PolicyArn")) else {}
        # At creation it is the request's boundary, afterwards the role's own.
        if wanted := request.text("PermissionsBoundary") or boundary:
            extra["iam:PermissionsBoundary"] = (wanted,)
        yield "role", arn, tags, extra
    elif action.type("instance-profile") and (name := request.text("InstanceProfileName")):
        profile = next((known for known in backend.instance_profiles.values() if known.name == name), None)
        path = profile.path if profile else request.text("Path") or "/"
        yield "instance-profile", f"{prefix}:instance-profile{path}{name}", _tags(getattr(profile, "tags", [])), {}
    elif action.type("policy") and (arn := request.text("PolicyArn")):
        yield "policy", arn, {}, {}
    elif action.type("policy") and (name := request.text("PolicyName")):
        yield "policy", f"{prefix}:policy{request.text('Path') or '/'}{name}", {}, {}
    elif action.type("oidc-provider"):
        arn = request.text("OpenIDConnectProviderArn")
        url = (request.text("Url") or "").removeprefix("https://")
        if arn or url:
            provider = backend.open_id_providers.get(arn or "")
            yield "oidc-provider", arn or f"{prefix}:oidc-provider/{url}", _tags(getattr(provider, "tags", [])), {}


def _role(request: Request, name: str) -> tuple[str, Tags, str | None]:
    """ARN, tags and permissions boundary of a role that there is or is to be."""
    role = next((known for known in iam_backends[request.account]["aws"].roles.values() if known.name == name), None)
    path = role.path if role else request.text("Path") or "/"
    boundary = role.permissions_boundary_arn if role else None
    return f"arn:aws:iam::{request.account}:role{path}{name}", _tags(role.tags if role else []), boundary


def _tags(tags: Any) -> Tags:
    if isinstance(tags, dict):
        return {key: value["Value"] if isinstance(value, dict) else value for key, value in tags.items()}
    return {tag["Key"]: tag.get("Value", "") for tag in tags or []}
