"""Everything that exists in the emulated account, whatever the service.

moto keeps the resources of a service in dictionaries (sometimes of dictionaries) and lists of its backends; this walks
all backends that are in use. Left out is what AWS has by itself: what a region's backend holds from its first moment
(default VPC, images, ...; one that was deleted is listed as `... deleted`), keys that AWS manages, the history of
activities, and instances that are terminated and gateways that are deleted, which AWS goes on listing for about an hour.
Their volumes, network interfaces and addresses are not left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.base_backend import AccountSpecificBackend, BackendDict

# Indexes, histories and settings that moto keeps beside the resources they belong to.
NOT_RESOURCES = {
    ("autoscaling", "lab_activities"),
    ("ec2", "deleted_amis"),
    ("ec2", "iam_instance_profile_associations"),
    ("ec2", "launch_template_insert_order"),
    ("ec2", "launch_template_name_to_ids"),
    ("ec2", "subnet_associations"),
    ("ec2", "tags"),
    ("events", "approved_parent_event_bus_names"),
    ("events", "next_tokens"),
    ("route53", "resource_tags"),
    ("s3", "inventory_configs"),
}
PARTITIONS = {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"}


class Inventory:
    """Must be made before the first call reaches moto: it notes what each backend holds when it is made."""

    def __init__(self) -> None:
        self._own: dict[int, set[str]] = {}
        original = AccountSpecificBackend.__getitem__
        own = self._own

        def getitem(self, region):
            backend = original(self, region)
            if id(backend) not in own:
                own[id(backend)] = set()
                own[id(backend)] = set(_resources(self.service_name, backend))
            return backend

        AccountSpecificBackend.__getitem__ = getitem

    def list(self) -> list[str]:
        """Sorted `service/type/id`; the id begins with the region where a service has regions."""
        found: list[str] = []
        for backends in list(BackendDict._instances):
            for _, region, backend in backends.iter_backends():
                place = "" if region in PARTITIONS else f"{region}/"
                now = set(_resources(backends.service_name, backend))
                own = self._own.get(id(backend), set())
                names = [*(now - own), *(f"{name} deleted" for name in own - now)]
                found.extend(f"{backends.service_name}/{kind}/{place}{name}" for kind, name in _split(names))
        return sorted(set(found))


def _split(names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        kind, _, rest = name.partition("/")
        yield kind, rest


def _resources(service: str, backend: Any) -> Iterator[str]:
    """`type/id` of all that a backend holds."""
    for kind, value in list(vars(backend).items()):
        if kind.startswith("_") or (service, kind) in NOT_RESOURCES:
            continue
        if kind == "reservations":
            instances = [instance for reservation in value.values() for instance in reservation.instances]
            yield from (f"instances/{instance.id}" for instance in instances if instance.state != "terminated")
        elif isinstance(value, (dict, list)):
            yield from (
                f"{kind}/{name}"
                for name, thing in _leaves(value)
                if getattr(thing, "state", None) != "deleted" and not _managed_by_aws(service, thing)
            )
    yield from _inside(service, backend)


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """The things in nested dictionaries and lists, with their ids."""
    if isinstance(value, list):
        for thing in list(value):
            yield str(getattr(thing, "id", None) or getattr(thing, "arn", None) or getattr(thing, "name", thing)), thing
        return
    for key, thing in list(value.items()):
        # Subnets and security groups are kept by zone and by VPC.
        if isinstance(thing, dict):
            yield from _leaves(thing)
        else:
            yield str(key), thing


def _managed_by_aws(service: str, thing: Any) -> bool:
    return service == "kms" and getattr(thing, "description", "").startswith("Default master key")


def _inside(service: str, backend: Any) -> Iterator[str]:
    """Resources that moto keeps inside of others and that do not simply go with them."""
    if service == "s3":
        for name, bucket in list(backend.buckets.items()):
            for key in list(bucket.keys):
                versions = bucket.keys.getlist(key, [])
                yield from (f"objects/{name}/{key}@{version.version_id}" for version in versions)
    if service == "route53":
        for zone_id, zone in list(backend.zones.items()):
            own = zone.name
            yield from (
                f"records/{zone_id}/{record.name}/{record.type}"
                for record in zone.rrsets
                if not (record.name == own and record.type in ("NS", "SOA"))
            )
    if service == "events":
        for bus in list(backend.event_buses.values()):
            yield from (f"rules/{bus.name}/{name}" for name in bus.rules)
