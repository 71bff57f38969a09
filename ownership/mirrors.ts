import { bucketOf, sameName, type ProductionIdentity } from "../preflight/production.ts";
import type { Found } from "./found.ts";
import { ownershipOf, type Ownership } from "./tags.ts";

/**
 * `expired`: it was meant to be gone by now. `orphaned`: its state store is gone, so that neither kops nor `pulumi
 * destroy` can delete it any more. `elsewhere`: it is another region's; only what has no region of it is seen. `current`: none
 * of these.
 */
export type MirrorState = "expired" | "orphaned" | "current" | "elsewhere";

/** All that carries the tag of one owner. */
export interface FoundMirror extends Ownership {
  readonly state: MirrorState;
  /** Why it is in that state: half a sentence. */
  readonly why: string;
  readonly resources: readonly Found[];
  /** Why nothing of it may be deleted: it is, or touches, production or another cluster. */
  readonly refusals: readonly string[];
}

/** Resources by their owner, mirrors in the order of their names. What has no owner's tag is left out. */
export function mirrorsOf(
  found: readonly Found[],
  productions: readonly ProductionIdentity[],
  { region, now }: { readonly region: string; readonly now: Date },
): FoundMirror[] {
  const byOwner = new Map<string, { ownership: Ownership; resources: Found[] }>();
  for (const resource of found) {
    const ownership = ownershipOf(resource.tags);
    if (ownership === undefined) continue;
    const known = byOwner.get(ownership.owner);
    // While an expiry is extended, some have the new one already.
    if (known === undefined) byOwner.set(ownership.owner, { ownership, resources: [resource] });
    else {
      known.resources.push(resource);
      if (ownership.expiresAt > known.ownership.expiresAt) known.ownership = ownership;
    }
  }
  return [...byOwner.values()]
    .map(({ ownership, resources }) => ({
      ...ownership,
      ...stateOf(ownership, resources, region, now),
      resources,
      refusals: refusals(ownership, resources, productions),
    }))
    .sort((a, b) => (`${a.cluster} ${a.owner}` < `${b.cluster} ${b.owner}` ? -1 : 1));
}

function stateOf(
  { expiresAt, region }: Ownership,
  resources: readonly Found[],
  swept: string,
  now: Date,
): { readonly state: MirrorState; readonly why: string } {
  if (region !== "" && region !== swept) return { state: "elsewhere", why: `it is in ${region}: sweep there` };
  const expires = Date.parse(expiresAt);
  if (Number.isFinite(expires) && expires <= now.getTime()) return { state: "expired", why: `expired at ${expiresAt}` };
  if (!resources.some(({ kind }) => kind === "bucket"))
    return { state: "orphaned", why: "its state store is gone, so nothing else can delete it" };
  return { state: "current", why: expiresAt === "" ? "it says no expiry" : `expires at ${expiresAt}` };
}

const clusterTag = "kubernetes.io/cluster/";

function refusals(
  { cluster }: Ownership,
  resources: readonly Found[],
  productions: readonly ProductionIdentity[],
): string[] {
  if (cluster === "") return ["its tags name no cluster"];
  const isProduction = productions.flatMap((production) => {
    const { clusterName, stateStore, networkId, zone } = production;
    const same = (kind: string, name: string | undefined, of: (found: Found) => string) =>
      name === undefined || name === "" ? [] : resources.filter((it) => it.kind === kind && sameName(of(it), name));
    return [
      ...(sameName(cluster, clusterName) ? [`${cluster} is the name of production`] : []),
      ...same("bucket", stateStore && bucketOf(stateStore), ({ id }) => id).map(
        ({ id }) => `bucket ${id} is production's state store`,
      ),
      ...same("vpc", networkId, ({ id }) => id).map(({ id }) => `${id} is production's VPC`),
      // Production's manifests may have its name, or its id.
      ...[...same("hosted-zone", zone, ({ name }) => name), ...same("hosted-zone", zone, ({ id }) => id)].map(
        ({ name }) => `${name} is production's hosted zone`,
      ),
    ];
  });
  const ofOthers = resources.flatMap(({ kind, id, tags }) =>
    otherClusters(tags, cluster).map((other) => `${kind} ${id} belongs to the cluster ${other}, too`),
  );
  return [...new Set([...isProduction, ...ofOthers])];
}

/** The clusters that a resource's tags name besides the mirror, by the tags of kops and of Kubernetes. */
function otherClusters(tags: Readonly<Record<string, string>>, cluster: string): string[] {
  const named = Object.keys(tags)
    .filter((key) => key.startsWith(clusterTag))
    .map((key) => key.slice(clusterTag.length));
  const legacy = tags["KubernetesCluster"];
  return [...named, ...(legacy === undefined ? [] : [legacy])].filter((name) => !sameName(name, cluster));
}

export interface Selection {
  readonly stack?: string | undefined;
  readonly owner?: string | undefined;
}

/** The mirrors that are asked for. */
export function selected(mirrors: readonly FoundMirror[], { stack, owner }: Selection): FoundMirror[] {
  return mirrors.filter(
    (mirror) => (stack === undefined || mirror.stack === stack) && (owner === undefined || mirror.owner === owner),
  );
}

/** What `--delete` deletes: what is expired or orphaned; one that is still meant to be, only if its owner is named. */
export function toDelete(mirrors: readonly FoundMirror[], { owner }: Selection): FoundMirror[] {
  return mirrors.filter(
    ({ state, refusals }) =>
      refusals.length === 0 && state !== "elsewhere" && (state !== "current" || owner !== undefined),
  );
}
