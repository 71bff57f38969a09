"""A rule of a protocol without ports has none.

AWS: only TCP, UDP and ICMP have ports (or types); a rule of another protocol, e.g. 4 (IP in IP), is given without.
moto: wants ports with every protocol but -1, and answers 500 without.
kops: lets the nodes of Calico and their control plane talk IP in IP.
"""

from moto.ec2.models.security_groups import SecurityGroupRule


def apply() -> None:
    original = SecurityGroupRule.__init__

    def init(self, ec2_backend, ip_protocol, group_id, from_port, to_port, *args, **kwargs):
        without = from_port is None and to_port is None
        original(self, ec2_backend, ip_protocol, group_id, *(("-1", "-1") if without else (from_port, to_port)), *args, **kwargs)
        if without:
            self.from_port = self.to_port = None

    SecurityGroupRule.__init__ = init
