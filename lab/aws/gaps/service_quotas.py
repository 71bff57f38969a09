"""Service Quotas tells the quotas of EC2, EBS and load balancers too, and what AWS gives to everyone.

AWS: GetServiceQuota tells what an account has of each quota, GetAWSDefaultServiceQuota what every account begins with.
moto: has those of VPCs only, and lacks the second call.
preflight: asks for the quotas that a mirror can run into.
"""

import json

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.responses import ServiceQuotasResponse

# What AWS gives to everyone, in the units of the quotas; from the tables of quotas in its user guides.
DEFAULTS = {
    ("ec2", "L-1216C47A"): 5.0,
    ("ec2", "L-DB2E81BA"): 0.0,
    ("ec2", "L-34B43A08"): 5.0,
    ("ec2", "L-3819A6DF"): 0.0,
    ("ec2", "L-0263D0A3"): 5.0,
    ("ebs", "L-7A658B76"): 50.0,
    ("elasticloadbalancing", "L-69A177A2"): 50.0,
}
# The lab's account was given more of what every cluster needs.
APPLIED = {("ec2", "L-1216C47A"): 256.0}


def apply() -> None:
    original = ServiceQuotasBackend.get_service_quota

    def usual(self, service_code: str, quota_code: str) -> dict[str, object]:
        if service_code == "vpc":
            return original(self, service_code, quota_code)
        if (service_code, quota_code) not in DEFAULTS:
            raise NoSuchResource
        value = DEFAULTS[(service_code, quota_code)]
        return {"ServiceCode": service_code, "QuotaCode": quota_code, "Value": value, "Adjustable": True}

    def get_service_quota(self, service_code: str, quota_code: str) -> dict[str, object]:
        quota = usual(self, service_code, quota_code)
        return {**quota, "Value": APPLIED.get((service_code, quota_code), quota["Value"])}

    def get_aws_default_service_quota(self) -> str:
        given = json.loads(self.body)
        return json.dumps({"Quota": usual(self.backend, str(given.get("ServiceCode")), str(given.get("QuotaCode")))})

    ServiceQuotasBackend.get_service_quota = get_service_quota
    ServiceQuotasResponse.get_aws_default_service_quota = get_aws_default_service_quota
