"""The lifecycle hooks of an Auto Scaling group are deleted with it.

AWS: a hook belongs to its group.
moto: keeps the hooks of deleted groups, and shows them again when a group of that name is created.
kops: puts a hook for the node termination handler on each group and does not delete it itself.
"""

from moto.autoscaling import models


def apply() -> None:
    original = models.AutoScalingBackend.delete_auto_scaling_group

    def delete_auto_scaling_group(self, group_name):
        original(self, group_name)
        hooks = [key for key, hook in self.lifecycle_hooks.items() if hook.auto_scaling_group_name == group_name]
        for key in hooks:
            del self.lifecycle_hooks[key]

    models.AutoScalingBackend.delete_auto_scaling_group = delete_auto_scaling_group
