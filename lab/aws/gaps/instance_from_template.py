"""An instance takes its network interface, instance profile, security groups and volume tags from its launch template.

AWS: does; a network interface that was made with the instance is deleted with it unless it is told otherwise.
moto: ignores NetworkInterfaces, IamInstanceProfile and the tags of other resources than the instance in a template, and
keeps the network interface when the instance ends unless it is told to delete it.
kops: puts public addresses, security groups and the instance profile of nodes there; what stays behind would keep
subnets and security groups from being deleted.
"""

from copy import deepcopy

from moto.ec2.models import instances
from moto.ec2.utils import convert_tag_spec, filter_iam_instance_profiles
from moto.utilities.utils import get_partition


def apply() -> None:
    run = instances.InstanceBackend.run_instances

    def run_instances(self, image_id, count, user_data, security_group_names, **kwargs):
        data = self._get_template_from_args(kwargs["launch_template"]).data if kwargs.get("launch_template") else {}
        if data.get("NetworkInterfaces") and not kwargs.get("nics"):
            kwargs["nics"] = deepcopy(data["NetworkInterfaces"])
        primary = [nic for nic in kwargs.get("nics") or [] if int(nic.get("DeviceIndex", 0)) == 0]
        if primary and not security_group_names and not kwargs.get("security_group_ids"):
            kwargs["security_group_ids"] = list(primary[0].get("Groups") or [])
        profile = data.get("IamInstanceProfile") or {}
        if profile:
            # AWS starts nothing with a profile that does not exist: this raises its error before there is an instance.
            partition = get_partition(self.region_name)
            filter_iam_instance_profiles(self.account_id, partition, profile.get("Arn"), profile.get("Name"))
        reservation = run(self, image_id, count, user_data, security_group_names, **kwargs)
        tags = convert_tag_spec(data.get("TagSpecifications") or [])
        for instance in reservation.instances:
            _tag_volumes(self, instance, tags.get("volume", {}))
            if profile and not (kwargs.get("iam_instance_profile_name") or kwargs.get("iam_instance_profile_arn")):
                self.associate_iam_instance_profile(instance.id, profile.get("Name"), profile.get("Arn"))
        return reservation

    instances.InstanceBackend.run_instances = run_instances
    prepare = instances.Instance.prep_nics

    def prep_nics(self, nic_spec, **kwargs):
        for nic in nic_spec:
            if not nic.get("NetworkInterfaceId") and nic.get("DeleteOnTermination") is None:
                nic["DeleteOnTermination"] = True
        prepare(self, nic_spec, **kwargs)
        # Without a specification moto makes the interface itself: it is then still marked to be kept.
        if not nic_spec:
            for nic in self.nics.values():
                nic.delete_on_termination = True

    instances.Instance.prep_nics = prep_nics


def _tag_volumes(backend, instance, tags: dict[str, str]) -> None:
    for device in instance.block_device_mapping.values():
        backend.get_volume(device.volume_id).add_tags(tags)
