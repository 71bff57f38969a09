"""A key pair can be deleted by its id, and an ed25519 key has the fingerprint that OpenSSH shows.

AWS: DeleteKeyPair takes KeyPairId as well as KeyName; the fingerprint of an imported ed25519 key is the base64 SHA-256
of the key as OpenSSH encodes it.
moto: ignores KeyPairId, answers success and deletes nothing; takes the SHA-256 of another encoding, in hexadecimal.
kops: deletes by id, so the key pair would stay; and compares fingerprints, so each preview would show the key as changed.
"""

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from moto.ec2.models import key_pairs
from moto.ec2.responses.key_pairs import KeyPairs


def apply() -> None:
    delete = KeyPairs.delete_key_pair

    def delete_key_pair(self):
        key_id = self._get_param("KeyPairId")
        if key_id and not self._get_param("KeyName"):
            known = [pair.key_name for pair in self.ec2_backend.key_pairs.values() if pair.id == key_id]
            if known:
                self.params["KeyName"] = known[0]
        return delete(self)

    KeyPairs.delete_key_pair = delete_key_pair
    original = key_pairs.public_key_fingerprint

    def public_key_fingerprint(public_key, hash_constructor):
        if not isinstance(public_key, Ed25519PublicKey):
            return original(public_key, hash_constructor)
        openssh = public_key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        return base64.b64encode(hashlib.sha256(base64.b64decode(openssh.split()[1])).digest()).decode()

    key_pairs.public_key_fingerprint = public_key_fingerprint
