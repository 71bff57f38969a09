"""A deleted NAT gateway takes its network interface with it and gives its address back.

AWS: does, while the gateway is listed as deleted for about an hour; the address stays until it is released.
moto: only marks the gateway as deleted.
kops: `kops delete cluster` with a private topology deletes the gateways, then releases the addresses and deletes the
subnets that they were in.
"""

from moto.ec2.models.nat_gateways import NatGatewayBackend


def apply() -> None:
    original = NatGatewayBackend.delete_nat_gateway

    def delete_nat_gateway(self, nat_gateway_id):
        gateway = original(self, nat_gateway_id)
        eni = gateway._eni
        for address in self.addresses:
            if address.eni is eni:
                address.eni = None
                address.association_id = None
        self.enis.pop(eni.id, None)
        return gateway

    NatGatewayBackend.delete_nat_gateway = delete_nat_gateway
