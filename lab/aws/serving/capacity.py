"""Which Auto Scaling groups EC2 has no instances for, as the lab ordered it last."""

from __future__ import annotations

from moto.core.exceptions import ServiceException

_short_of: list[str] = []


class InsufficientInstanceCapacity(ServiceException):
    code = "InsufficientInstanceCapacity"


def order(groups: list[str]) -> None:
    """Replaces what was ordered: names of groups, or their part before the cluster's name; `*` means every group."""
    _short_of[:] = groups


def require(group: str, instance_type: str, zone: str) -> None:
    """Raises EC2's error, in its words, when it has no instance for this group."""
    if any(short in ("*", group, group.split(".")[0]) for short in _short_of):
        raise InsufficientInstanceCapacity(
            f"We currently do not have sufficient {instance_type} capacity in the Availability Zone you requested ({zone}). "
            "Our system will be working on provisioning additional capacity. Launching EC2 instance failed."
        )
