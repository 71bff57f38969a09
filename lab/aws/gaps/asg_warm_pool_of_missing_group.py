"""DescribeWarmPool on a group that does not exist.

AWS: answers a ValidationError that says that the group was not found.
moto: fails with an internal error (500), which clients retry.
kops: asks for the warm pool of each group before it exists, so each `kops update cluster` preview retries for minutes.
"""

from moto.autoscaling import models
from moto.autoscaling.exceptions import ValidationError


def apply() -> None:
    original = models.AutoScalingBackend.describe_warm_pool

    def describe_warm_pool(self, group_name):
        if not self.describe_auto_scaling_groups([group_name]):
            raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup {group_name} not found")
        return original(self, group_name)

    models.AutoScalingBackend.describe_warm_pool = describe_warm_pool
