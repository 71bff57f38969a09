"""A zone's own delegation set is no reusable one.

AWS: a zone that is created without a delegation set gets name servers of its own, which are gone with it.
moto: lists a reusable delegation set for each such zone, and keeps it when the zone is deleted.
kops: does not meet it; it would look like something that a rehearsal left behind.
"""

from moto.route53.models import Route53Backend


def apply() -> None:
    original = Route53Backend.create_hosted_zone

    def create_hosted_zone(self, *args, **kwargs):
        before = set(self.delegation_sets)
        zone = original(self, *args, **kwargs)
        # moto empties the id of a set that is not a reusable one, and still lists it under the id that it had.
        for key in set(self.delegation_sets) - before:
            if self.delegation_sets[key].id == "":
                del self.delegation_sets[key]
        return zone

    Route53Backend.create_hosted_zone = create_hosted_zone
