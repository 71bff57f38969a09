"""S3: its operations have other names in IAM, and its resources are buckets and objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from .reference import Reference
from .request import Request
from .target import Target

ACTIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
}
VERSIONED = {"GetObject", "DeleteObject", "GetObjectAcl", "GetObjectTagging"}


def targets(request: Request, reference: Reference) -> Iterator[Target]:
    bucket, _, key = request.path.lstrip("/").partition("/")
    if request.operation == "DeleteObjects":
        for one in sorted(set(request.xml("Key"))):
            yield _target(reference, "DeleteObjectVersion" if request.xml("VersionId") else "DeleteObject", bucket, one)
        return
    if request.operation == "CopyObject":
        source = request.headers.get("x-amz-copy-source", "").lstrip("/").partition("/")
        yield _target(reference, "GetObject", source[0], source[2])
        yield _target(reference, "PutObject", bucket, key)
        return
    name = ACTIONS.get(request.operation, request.operation)
    if name in VERSIONED and "versionId" in request.query:
        name = {"GetObjectAcl": "GetObjectVersionAcl", "GetObjectTagging": "GetObjectVersionTagging"}.get(name, f"{name}Version")
    yield _target(reference, name, bucket, key, request)
    if name == "PutObject" and "x-amz-acl" in request.headers:
        yield _target(reference, "PutObjectAcl", bucket, key)
    if name == "PutObject" and "x-amz-tagging" in request.headers:
        yield _target(reference, "PutObjectTagging", bucket, key)


def _target(reference: Reference, name: str, bucket: str, key: str, request: Request | None = None) -> Target:
    action = reference.action("s3", name)
    full = action.name if action else f"s3:{name}"
    extra: dict[str, tuple[str, ...]] = {}
    if request and name in ("ListBucket", "ListBucketVersions") and "prefix" in request.query:
        extra["s3:prefix"] = (request.query["prefix"],)
    if request and "if-none-match" in request.headers:
        extra["s3:if-none-match"] = (request.headers["if-none-match"],)
    if action and action.type("object") and key:
        return Target(full, "object", f"arn:aws:s3:::{bucket}/{key}", extra=extra)
    if action and action.type("bucket") and bucket:
        return Target(full, "bucket", f"arn:aws:s3:::{bucket}", extra=extra)
    return Target(full, "*", "*")
