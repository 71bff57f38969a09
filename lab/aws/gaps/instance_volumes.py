"""An instance has one root volume, which ends with it.

AWS: a block device mapping for the root device changes the root volume that the image would have given.
moto: makes the image's volume and the mapped one for the same device, and forgets the first, which stays "in use" for
ever.
kops: maps the root device in each launch template, so each node would leave a volume behind.
"""

from moto.ec2.models import instances


def apply() -> None:
    original = instances.Instance.add_block_device

    def add_block_device(self, size, device_path, *args, **kwargs):
        default = self.block_device_mapping.get(device_path)
        if default:
            self.ec2_backend.detach_volume(default.volume_id, self.id, device_path)
            self.ec2_backend.delete_volume(default.volume_id)
        return original(self, size, device_path, *args, **kwargs)

    instances.Instance.add_block_device = add_block_device
