"""DHCP options have the tags that they are created with.

AWS: CreateDhcpOptions takes TagSpecification.
moto: ignores it.
kops: tags what it makes at creation; what then lacks tags it would have to tag afterwards, which its policies forbid.
"""

from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.utils import add_tag_specification


def apply() -> None:
    original = DHCPOptions.create_dhcp_options

    def create_dhcp_options(self):
        answer = original(self)
        answer.result["DhcpOptions"].add_tags(add_tag_specification(self._get_param("TagSpecifications", [])))
        return answer

    DHCPOptions.create_dhcp_options = create_dhcp_options
