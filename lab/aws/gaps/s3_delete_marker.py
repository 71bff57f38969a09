"""Delete markers can be deleted like every other version.

AWS: DeleteObjects deletes the delete markers that it is given.
moto: fails with an internal error for a key that has one, when the bucket's versioning is suspended (as it is when the
bucket's versioning resource is destroyed before the bucket).
kops: deletes its objects from a versioned state store, which leaves a delete marker for each.
"""

from moto.s3.models import FakeDeleteMarker


def apply() -> None:
    # moto frees the memory of what it deletes; a marker holds none.
    FakeDeleteMarker.dispose = lambda self: None
