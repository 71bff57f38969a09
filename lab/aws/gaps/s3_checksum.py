"""Every object has a checksum.

AWS: computes the CRC-64/NVME of an object that was uploaded without a checksum, and returns it when a client asks for it.
moto: returns a checksum only for objects that were uploaded with one.
kops: asks for it on each read, and logs a warning a read when there is none, which buries what it has to say.
"""

import base64

from moto.s3.responses import S3Response

POLYNOMIAL = 0x9A6C9329AC4BC9B5
ONES = 0xFFFFFFFFFFFFFFFF


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ POLYNOMIAL if value & 1 else value >> 1
        table.append(value)
    return table


TABLE = _table()


def crc64nvme(data: bytes) -> int:
    crc = ONES
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ ONES


def apply() -> None:
    original = S3Response._get_key

    def _get_key(self, *args, **kwargs):
        key, not_modified = original(self, *args, **kwargs)
        if self.headers.get("x-amz-checksum-mode") == "ENABLED" and not key.checksum_algorithm:
            key.checksum_algorithm = "CRC64NVME"
            key.checksum_type = "FULL_OBJECT"
            key.checksum_value = base64.b64encode(crc64nvme(key.value).to_bytes(8, "big")).decode()
        return key, not_modified

    S3Response._get_key = _get_key
