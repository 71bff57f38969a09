"""Reserved instances are on offer for each instance type, zone by zone.

AWS: DescribeReservedInstancesOfferings lists offerings for the instance type that is asked for, in each zone that has it.
moto: ignores the parameters and lists offerings for three types only.
kops: takes the zones of the offerings for the zones in which a type can be started; without any it cannot choose a
default machine type for a group that names none.
"""

from moto.core.responses import ActionResult
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS
from moto.ec2.responses.reserved_instances import ReservedInstances

YEAR_IN_SECONDS = 31536000


def apply() -> None:
    original = ReservedInstances.describe_reserved_instances_offerings

    def describe_reserved_instances_offerings(self) -> ActionResult:
        instance_type = self._get_param("InstanceType")
        if not instance_type:
            return original(self)
        offered = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(self.region, [])
        zones = sorted({offer["Location"] for offer in offered if offer["InstanceType"] == instance_type})
        return ActionResult({"ReservedInstancesOfferings": [self.lab_offering(instance_type, zone) for zone in zones]})

    def lab_offering(self, instance_type: str, zone: str) -> dict[str, object]:
        return {
            "ReservedInstancesOfferingId": f"{zone}-{instance_type}",
            "InstanceType": instance_type,
            "AvailabilityZone": zone,
            "ProductDescription": self._get_param("ProductDescription", "Linux/UNIX"),
            "Duration": YEAR_IN_SECONDS,
            "CurrencyCode": "USD",
            "InstanceTenancy": "default",
            "OfferingClass": self._get_param("OfferingClass", "standard"),
            "OfferingType": self._get_param("OfferingType", "No Upfront"),
            "Marketplace": False,
        }

    ReservedInstances.lab_offering = lab_offering
    ReservedInstances.describe_reserved_instances_offerings = describe_reserved_instances_offerings
