/**
 * The tags that everything of a mirror carries; by them, and by exact match only, it is found again.
 * Their characters are those that tags may have in every service of AWS.
 */
export const tagKeys = {
  owner: "kops-upgrade-rehearsal:owner",
  stack: "kops-upgrade-rehearsal:stack",
  cluster: "kops-upgrade-rehearsal:cluster",
  region: "kops-upgrade-rehearsal:region",
  expiresAt: "kops-upgrade-rehearsal:expires-at",
} as const;

/** Whose a mirror is, and until when it is meant to be. */
export interface Ownership {
  /** Made once for each mirror; no two mirrors share one, not even those of one stack one after the other. */
  readonly owner: string;
  /** Name of the Pulumi stack. */
  readonly stack: string;
  /** Name of the mirror. */
  readonly cluster: string;
  /** Where it is; buckets, roles and hosted zones are seen from everywhere. */
  readonly region: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

export type Tags = Readonly<Record<string, string>>;

export function ownershipTags({ owner, stack, cluster, region, expiresAt }: Ownership): Tags {
  return {
    [tagKeys.owner]: owner,
    [tagKeys.stack]: stack,
    [tagKeys.cluster]: cluster,
    [tagKeys.region]: region,
    [tagKeys.expiresAt]: expiresAt,
  };
}

/** What a resource's tags say of its owner; undefined when it is no mirror's. */
export function ownershipOf(tags: Tags): Ownership | undefined {
  const owner = tags[tagKeys.owner];
  if (owner === undefined || owner === "") return undefined;
  return {
    owner,
    stack: tags[tagKeys.stack] ?? "",
    cluster: tags[tagKeys.cluster] ?? "",
    region: tags[tagKeys.region] ?? "",
    expiresAt: tags[tagKeys.expiresAt] ?? "",
  };
}

/** Annotation by which Kubernetes' AWS load balancers get tags, with the cloud provider and with AWS' controller. */
export const loadBalancerTagsAnnotation = "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags";

/** The annotation's value with these tags added to those that it may have: `a=b,c=d`. */
export function withTags(annotation: string | undefined, tags: Tags): string {
  const own = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return [annotation, ...own].filter((part) => part !== undefined && part !== "").join(",");
}
