"""Images say that they have the driver of the Elastic Network Adapter.

AWS: DescribeImages has EnaSupport for an image that was registered with it, as every image of a kops channel is.
moto: does not know it.
preflight: refuses an image without it for the instance types that run with nothing else.
"""

from moto.ec2.models.amis import Ami


def apply() -> None:
    Ami.ena_support = True
