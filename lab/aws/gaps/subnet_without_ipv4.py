"""A subnet without IPv4 has no IPv4 addresses left.

AWS: AvailableIpAddressCount counts IPv4 addresses.
moto: counts those of its IPv6 range, which are more than the answer's integer holds.
kops: cannot read the answer, and tries again until it is out of time.
"""

from moto.ec2.models.subnets import Subnet


def apply() -> None:
    original = Subnet.available_ip_address_count.fget
    Subnet.available_ip_address_count = property(lambda self: 0 if self.ipv6_native else original(self))
