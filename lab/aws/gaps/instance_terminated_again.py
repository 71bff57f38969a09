"""Terminating an instance that is already terminated succeeds.

AWS: TerminateInstances can be repeated for as long as the instance is listed; nothing changes.
moto: tries to delete the instance's network interface again and fails because it is gone.
kops: `kops delete cluster` terminates instances that their Auto Scaling group is terminating too, and would retry for ever.
"""

from copy import copy

from moto.ec2.models.instances import Instance


def apply() -> None:
    original = Instance.terminate

    def terminate(self):
        return copy(self._state) if self.state == "terminated" else original(self)

    Instance.terminate = terminate
