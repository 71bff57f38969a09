"""The user data of a launch template is base64, whichever call made the version.

AWS: keeps and returns it as the base64 text that was sent.
moto: asserts a type of its own that the user data of some versions lacks, and fails with an internal error when an Auto
Scaling group starts an instance from such a version.
kops: each roll starts its replacements from a new version of the template.
"""

from moto.core.types import Base64EncodedString
from moto.ec2.models import launch_templates


def apply() -> None:
    def user_data(self):
        data = self.data.get("UserData")
        return Base64EncodedString(data) if isinstance(data, str) else data

    launch_templates.LaunchTemplateVersion.user_data = property(user_data)
