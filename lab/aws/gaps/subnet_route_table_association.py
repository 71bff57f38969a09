"""Deleting a subnet ends its association with a route table.

AWS: the association goes with the subnet, so that the route table can be deleted afterwards.
moto: keeps it, and refuses to delete the route table ever after (DependencyViolation).
kops: `kops delete cluster` deletes subnets first and would retry the route table for ever.
"""

from moto.ec2.models import subnets


def apply() -> None:
    original = subnets.SubnetBackend.delete_subnet

    def delete_subnet(self, subnet_id):
        deleted = original(self, subnet_id)
        for table in self.route_tables.values():
            gone = [key for key, target in table._associations.items() if target == subnet_id]
            for key in gone:
                del table._associations[key]
        return deleted

    subnets.SubnetBackend.delete_subnet = delete_subnet
