"""A statement that is for unencrypted requests does not concern the lab's requests.

AWS: a statement whose condition does not hold does not apply.
moto: denies what a statement names when its condition does not hold, whatever its effect is, and knows no
aws:SecureTransport.
kops: its state store is a bucket whose policy denies everything that comes without TLS. The lab's endpoint is plain
HTTP on loopback in place of AWS's TLS: its requests count as secure.
"""

from moto.iam.access_control import IAMPolicyStatement, PermissionResult


def only_for_unencrypted(condition: dict) -> bool:
    bools = condition.get("Bool", {})
    wanted = {key.lower(): value for key, value in bools.items()}.get("aws:securetransport")
    return str(wanted[0] if isinstance(wanted, list) else wanted).lower() == "false"


def apply() -> None:
    original = IAMPolicyStatement.is_action_permitted

    def is_action_permitted(self, *args, **kwargs):
        if only_for_unencrypted(self._statement.get("Condition", {})):
            return PermissionResult.NEUTRAL
        return original(self, *args, **kwargs)

    IAMPolicyStatement.is_action_permitted = is_action_permitted
