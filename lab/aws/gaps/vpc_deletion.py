"""A deleted VPC takes its network ACLs with it, and leaves its DHCP options.

AWS: the default network ACL goes with the VPC; a set of DHCP options stays until it is deleted.
moto: keeps the ACL for ever, and deletes the DHCP options.
kops: `kops delete cluster` deletes the VPC and then the DHCP options that it made for it, and would retry for ever.
"""

from moto.ec2.models.vpcs import VPCBackend


def apply() -> None:
    original = VPCBackend.delete_vpc

    def delete_vpc(self, vpc_id):
        vpc = self.vpcs.get(vpc_id)
        options = vpc.dhcp_options if vpc else None
        if vpc:
            vpc.dhcp_options = None
        try:
            deleted = original(self, vpc_id)
        except Exception:
            if vpc:
                vpc.dhcp_options = options
            raise
        if options:
            options.vpc = None
        for acl_id in [acl.id for acl in self.network_acls.values() if acl.vpc_id == vpc_id]:
            del self.network_acls[acl_id]
        return deleted

    VPCBackend.delete_vpc = delete_vpc
