"""Of a subnet without IPv4 no IPv4 addresses are left, and interfaces there are not named after one.

AWS: AvailableIpAddressCount counts IPv4 addresses; instances are named after their ids.
moto: counts the addresses of the IPv6 range, which are more than the answer's integer holds; fails to make a name of one.
kops: cannot read the answer and tries again until it is out of time; no group gets an instance.
"""

from moto.ec2.models import elastic_network_interfaces
from moto.ec2.models.subnets import Subnet


def apply() -> None:
    count = Subnet.available_ip_address_count.fget
    Subnet.available_ip_address_count = property(lambda self: 0 if self.ipv6_native else count(self))
    name = elastic_network_interfaces.generate_dns_from_ip

    def generate_dns_from_ip(ip, *args, **kwargs):
        # kops' subnets name instances by their ids, of which only the domain is this one's.
        return f"{str(ip).replace(':', '-')}.ec2.internal" if ":" in str(ip) else name(ip, *args, **kwargs)

    elastic_network_interfaces.generate_dns_from_ip = generate_dns_from_ip
