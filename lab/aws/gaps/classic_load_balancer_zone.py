"""A classic load balancer has the hosted zone that alias records to it are made with.

AWS: DescribeLoadBalancers has CanonicalHostedZoneNameID, one for each region.
moto: has none.
kops: makes the API's records as aliases, and asks for the zone once the load balancer is there.
"""

from moto.elb.models import LoadBalancer

# Of us-east-1: https://docs.aws.amazon.com/general/latest/gr/elb.html. What points to it is the lab's business.
ZONE = "Z35SXDOTRQ7X7K"


def apply() -> None:
    LoadBalancer.canonical_hosted_zone_name_id = ZONE
