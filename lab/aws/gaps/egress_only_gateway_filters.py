"""DescribeEgressOnlyInternetGateways gives only those whose tags its filters let through.

AWS: has filters for tags, and for nothing else (https://github.com/kubernetes/kops/issues/18088).
moto: ignores filters.
kops: `kops delete cluster` asks by the cluster's tags, and deletes all that it is told of: other clusters' as well.
"""

from moto.ec2.responses.egress_only_internet_gateways import EgressOnlyInternetGateway
from moto.ec2.utils import generic_filter


def apply() -> None:
    original = EgressOnlyInternetGateway.describe_egress_only_internet_gateways

    def describe_egress_only_internet_gateways(self):
        answer = original(self)
        filters = {name: values for name, values in self._filters_from_querystring().items() if name.startswith("tag")}
        gateways = answer.result["EgressOnlyInternetGateways"]
        answer.result["EgressOnlyInternetGateways"] = generic_filter(filters, gateways)
        return answer

    EgressOnlyInternetGateway.describe_egress_only_internet_gateways = describe_egress_only_internet_gateways
