"""An instance in a subnet with resource-based naming is named after its id.

AWS: ModifySubnetAttribute sets the host name type (`resource-name`) and the A and AAAA records of a subnet, which
DescribeSubnets shows; an instance that is started there has the private DNS name `i-0123.ec2.internal`.
moto: ignores the host name type and the AAAA record, and names every instance after its address.
kops: sets all three on each subnet, so each `kops update cluster` preview would show them as changes; nodes carry these
names.
"""

from moto.ec2.models.instances import Instance
from moto.ec2.responses.subnets import Subnets

OPTIONS = {
    "EnableResourceNameDnsARecordOnLaunch.Value": "EnableResourceNameDnsARecord",
    "EnableResourceNameDnsAAAARecordOnLaunch.Value": "EnableResourceNameDnsAAAARecord",
    "PrivateDnsHostnameTypeOnLaunch": "HostnameType",
}


def apply() -> None:
    modify = Subnets.modify_subnet_attribute

    def modify_subnet_attribute(self):
        result = modify(self)
        options = self.ec2_backend.get_subnet(self._get_param("SubnetId")).private_dns_name_options_on_launch
        for parameter, option in OPTIONS.items():
            value = self._get_param(parameter)
            if value is not None:
                options[option] = value
        return result

    Subnets.modify_subnet_attribute = modify_subnet_attribute
    prepare = Instance.prep_nics

    def prep_nics(self, *args, **kwargs):
        prepare(self, *args, **kwargs)
        # The subnet may change later; the name does not.
        nic = self.nics.get(0)
        options = nic.subnet.private_dns_name_options_on_launch if nic else {}
        self.lab_named_after_id = options.get("HostnameType") == "resource-name"

    Instance.prep_nics = prep_nics
    by_address = Instance.private_dns_name.fget

    def private_dns_name(self):
        name = by_address(self)
        return f"{self.id}.{name.split('.', 1)[1]}" if self.lab_named_after_id else name

    Instance.private_dns_name = property(private_dns_name)
