"""An Auto Scaling group starts its instances from its own launch template version, spread over its zones.

AWS: starts each instance from the version that the group names at that moment (`$Latest` for kops's groups), with that
version's network interface, security groups, instance profile, key, volumes and tags, in the zone that has fewest
instances of the group; the instance keeps the version in DescribeAutoScalingGroups and in its aws:ec2launchtemplate tags.
moto: takes image, type and user data from the group's version but volumes and tags from the template's default version,
leaves out network interface, security groups, instance profile and key, puts all instances into the first subnet, and
names the template's default version for all of them.
kops: rolling-update compares an instance's version to the group's to find what needs an update; groups over several zones
are ordinary; nodes are told apart by tags and subnets.
"""

from collections import Counter

from moto.autoscaling import models

from serving import capacity


def apply() -> None:
    models.FakeAutoScalingGroup.replace_autoscaling_group_instances = start_instances
    models.InstanceState.launch_template = property(lambda self: getattr(self.instance, "lab_launch_template", None))


def start_instances(group, count_needed: int, propagated_tags: dict[str, str]) -> None:
    for _ in range(count_needed):
        instance = _start_one(group, {**group.instance_tags, **propagated_tags, models.ASG_NAME_TAG: group.name})
        instance.autoscaling_group = group
        protected = group.new_instances_protected_from_scale_in
        group.instance_states.append(models.InstanceState(instance, protected_from_scale_in=protected))


def _start_one(group, tags: dict[str, str]):
    ec2 = group.autoscaling_backend.ec2_backend
    subnet_id, zone = _emptiest_place(group, ec2)
    capacity.require(group.name, group.instance_type, zone)
    template = group.ec2_launch_template
    # A deleted template is still at hand here, but AWS could start nothing from it: this raises its error.
    version = ec2.get_launch_template(template.id).get_version(group.launch_template_version) if template else None
    options = {}
    if version:
        options["launch_template"] = {"LaunchTemplateId": template.id, "Version": str(version.number)}
        options["key_name"] = version.data.get("KeyName")
    elif group.launch_config:
        options["associate_public_ip"] = group.launch_config.associate_public_ip_address
    reservation = ec2.run_instances(
        group.image_id,
        1,
        group.user_data,
        group.security_groups,
        instance_type=group.instance_type,
        is_instance_type_default=False,
        region_name=group.region,
        tags={"instance": tags},
        placement=zone,
        subnet_id=subnet_id,
        launch_config=group.launch_config,
        **options,
    )
    instance = reservation.instances[0]
    if version:
        instance.lab_launch_template = {
            "LaunchTemplateId": template.id,
            "LaunchTemplateName": template.name,
            "Version": str(version.number),
        }
    return instance


def _emptiest_place(group, ec2) -> tuple[str | None, str]:
    """The subnet and zone with the fewest instances of the group, the first named one among equals."""
    zones = Counter(state.instance.placement.zone for state in group.instance_states)
    if not group.vpc_zone_identifier:
        return None, min(group.availability_zones, key=lambda zone: zones[zone])
    subnets = Counter(state.instance.subnet_id for state in group.instance_states)
    places = [ec2.get_subnet(subnet_id) for subnet_id in group.vpc_zone_identifier.split(",")]
    best = min(places, key=lambda subnet: (zones[subnet.availability_zone], subnets[subnet.id]))
    return best.id, best.availability_zone
