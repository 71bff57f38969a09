import { takesInterruptionsOf } from "../kops/names.ts";
import { overlaps, parseCidr } from "../kops/cidr.ts";

/** What production is known by; only `clusterName` is always known. */
export interface ProductionIdentity {
  readonly clusterName: string;
  /** `s3://bucket` or `s3://bucket/path`. */
  readonly stateStore?: string | undefined;
  /** Hosted zone. */
  readonly zone?: string | undefined;
  /** Id of the VPC. */
  readonly networkId?: string | undefined;
  readonly networkCidrs?: readonly string[] | undefined;
}

/** What the mirror is about to be; what is left out is not compared. */
export interface MirrorIdentity {
  readonly clusterName?: string | undefined;
  /** A bucket's name, or `s3://bucket/path`. */
  readonly stateStore?: string | undefined;
  /** Hosted zone in which the mirror's records are written. */
  readonly zone?: string | undefined;
  readonly networkId?: string | undefined;
  readonly networkCidr?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A setting of the mirror that is production's. */
export interface Clash {
  /** e.g. `dns.zone`. */
  readonly setting: string;
  readonly value: string;
  /** e.g. `production.zone`; the setting itself when no value of it is allowed. */
  readonly against: string;
  readonly productionValue: string;
  /** Half a sentence that goes on from the value: `is production's hosted zone; …`. */
  readonly what: string;
}

/** Tags by which kops, Kubernetes and this project find what belongs to a cluster; they are theirs to set. */
const reservedTags =
  /^(KubernetesCluster$|kubernetes\.io\/|k8s\.io\/|kops\.k8s\.io\/|kops-upgrade-rehearsal[:/]|aws:)/i;

/** Names are compared as DNS and AWS do: whatever the case, with or without a dot at the end. */
export function sameName(one: string, other: string): boolean {
  return normalName(one) === normalName(other);
}

function normalName(name: string): string {
  return name.trim().toLowerCase().replace(/\.+$/, "");
}

/** The bucket of `s3://bucket/path`, or of a bucket's name. */
export function bucketOf(stateStore: string): string {
  return normalName(
    stateStore
      .trim()
      .replace(/^s3:\/\//i, "")
      .split("/")[0] ?? "",
  );
}

/** Every way in which the mirror would be, or touch, production: by exact match, with a line for each setting. */
export function clashes(mirror: MirrorIdentity, production: ProductionIdentity): Clash[] {
  const found: Clash[] = [];
  const compare = (
    [setting, value]: readonly [string, string | undefined],
    [against, productionValue]: readonly [string, string | undefined],
    same: (one: string, other: string) => boolean,
    what: string,
  ): void => {
    if (!value || !productionValue || !same(value, productionValue)) return;
    found.push({ setting, value, against, productionValue, what });
  };
  compare(
    ["clusterName", mirror.clusterName],
    ["production.clusterName", production.clusterName],
    sameName,
    "is production's name; the mirror needs its own",
  );
  compare(
    ["clusterName", mirror.clusterName],
    ["production.clusterName", production.clusterName],
    (one, other) => !sameName(one, other) && takesInterruptionsOf(normalName(one), normalName(other)),
    "is what production's name begins with; kops would delete production's interruption queue and event rules with the mirror, which it finds by the beginning of their names",
  );
  compare(
    ["stateStore", mirror.stateStore],
    ["production.stateStore", production.stateStore],
    (one, other) => bucketOf(one) === bucketOf(other),
    "is production's state store; the mirror's is deleted with it",
  );
  compare(
    ["dns.zone", mirror.zone],
    ["production.zone", production.zone],
    sameName,
    "is production's hosted zone; the mirror needs its own",
  );
  compare(
    ["network.id", mirror.networkId],
    ["production.networkId", production.networkId],
    sameName,
    "is production's VPC; the mirror needs another one",
  );
  for (const cidr of production.networkCidrs ?? []) {
    const what = `overlaps production's ${cidr}`;
    compare(["network.cidr", mirror.networkCidr], ["production.networkCidrs", cidr], overlapping, what);
  }
  return [...found, ...tagClashes(mirror, production)];
}

function overlapping(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a !== undefined && b !== undefined && overlaps(a, b);
}

function tagClashes({ tags = {} }: MirrorIdentity, { clusterName }: ProductionIdentity): Clash[] {
  return Object.entries(tags)
    .filter(([key]) => reservedTags.test(key.trim()))
    .map(([key, value]) => ({
      setting: `tags.${key}`,
      value,
      against: "production.clusterName",
      productionValue: clusterName,
      what: "is a tag by which a cluster's resources are found; kops and this project set it themselves",
    }));
}
