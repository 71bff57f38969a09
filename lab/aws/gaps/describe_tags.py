"""DescribeTags tells of what exists, by the type names of AWS.

AWS: the tags of a resource go with it (those of instances, gateways and volumes some time later); a NAT gateway's type is
natgateway, an Elastic IP address's elastic-ip.
moto: keeps the tags of everything that there ever was, and has other names for these types.
kops: has no use for it; a sweep finds with it what carries a mirror's tag, whatever its type is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.responses.tags import TagResponse

TYPES = {"nat-gateway": "natgateway", "vpc-elastic-ip": "elastic-ip"}
IDS = ("id", "allocation_id")


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """The things in nested dictionaries and lists, with their keys."""
    for key, thing in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(thing, dict):
            yield from _leaves(thing)
        else:
            yield key, thing


def existing(backend: Any) -> set[str]:
    ids: set[str] = set()
    for kind, value in list(vars(backend).items()):
        if kind == "tags" or not isinstance(value, (dict, list)):
            continue
        for key, thing in _leaves(value):
            # Instances are kept by their reservation, the rules of a security group in the group.
            inner = [*getattr(thing, "instances", []), *getattr(thing, "ingress_rules", []), *getattr(thing, "egress_rules", [])]
            ids.add(str(key))
            ids.update(str(getattr(one, name, "")) for one in (thing, *inner) for name in IDS)
    return ids


def apply() -> None:
    original = TagResponse.describe_tags

    def describe_tags(self):
        answer = original(self)
        there = existing(self.ec2_backend)
        tags = [tag for tag in answer.result["Tags"] if tag["resource_id"] in there]
        for tag in tags:
            tag["resource_type"] = TYPES.get(tag["resource_type"], tag["resource_type"])
        answer.result["Tags"] = tags
        return answer

    TagResponse.describe_tags = describe_tags
