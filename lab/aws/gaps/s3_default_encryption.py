"""Every bucket is encrypted by default.

AWS: since January 2023 each bucket has SSE-S3 (AES256) as its default, which GetBucketEncryption returns; deleting the
configuration brings it back.
moto: answers that there is no configuration.
kops: asks before each write to the state store, and asks for encryption object by object when the bucket has none.
"""

from moto.s3.models import FakeBucket


def apply() -> None:
    def read(self):
        return self.__dict__.get("lab_encryption") or {
            "Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}
        }

    def write(self, value) -> None:
        self.__dict__["lab_encryption"] = value

    FakeBucket.encryption = property(read, write)
