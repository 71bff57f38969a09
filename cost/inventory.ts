import type { Manifest } from "../kops/manifest.ts";
import { asV1alpha2 } from "../mirror/versions.ts";

/** Something that costs money as long as it is there. */
export interface CostItem {
  /** As the price table calls it, e.g. `instance/m5.large`; empty when there can be no price, see `note`. */
  readonly item: string;
  /** How many; for volumes the GB of all together. */
  readonly quantity: number;
  /** Words for a person: `nodes`, `etcd volumes`. */
  readonly what: string;
  /** Why no price can be known beforehand. */
  readonly unpriced?: string;
}

/** kops 1.35, pkg/model/defaults/volumes.go and pkg/model/master_volumes.go; all of them gp3. */
const defaultRootGb: Record<string, number> = { Master: 64, ControlPlane: 64, APIServer: 128, Node: 128, Bastion: 32 };
const defaultEtcdGb = 20;
const defaultVolumeType = "gp3";

interface Subnet {
  readonly name?: string;
  readonly zone?: string;
  readonly type?: string;
  readonly egress?: string;
}

interface Volume {
  readonly size?: number | undefined;
  readonly type?: string | undefined;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
}

interface ClusterSpec {
  readonly warmPool?: object;
  readonly api?: { readonly loadBalancer?: { readonly class?: string; readonly type?: string } };
  readonly subnets?: readonly Subnet[];
  readonly etcdClusters?: readonly {
    readonly etcdMembers?: readonly {
      readonly volumeSize?: number;
      readonly volumeType?: string;
      readonly volumeIops?: number;
      readonly volumeThroughput?: number;
    }[];
  }[];
}

interface GroupSpec {
  readonly role?: string;
  readonly machineType?: string;
  readonly minSize?: number;
  readonly subnets?: readonly string[];
  readonly rootVolumeSize?: number;
  readonly rootVolumeType?: string;
  readonly rootVolumeIops?: number;
  readonly rootVolumeThroughput?: number;
  readonly volumes?: readonly Volume[];
  readonly manager?: string;
  readonly tenancy?: string;
  readonly warmPool?: object;
  readonly associatePublicIp?: boolean;
  readonly maxPrice?: string;
  readonly mixedInstancesPolicy?: { readonly onDemandBase?: number; readonly onDemandAboveBase?: number };
}

/**
 * What a cluster has on AWS that is paid by the hour, from its kops manifests and the load balancers of its Services. A group counts with its least size, and the groups of nodes with one instance more, which kops has running
 * while it rolls one of them.
 */
export function inventory(given: readonly Manifest[], services: readonly ("classic" | "network")[]): CostItem[] {
  const manifests = given.map(asV1alpha2);
  const cluster = (manifests.find(({ kind }) => kind === "Cluster")?.["spec"] ?? {}) as ClusterSpec;
  const groups = manifests.filter(({ kind }) => kind === "InstanceGroup").map(({ spec }) => spec as GroupSpec);
  const subnets = new Map((cluster.subnets ?? []).map((subnet) => [subnet.name ?? "", subnet]));
  const zones = new Set([...subnets.values()].map(({ zone }) => zone)).size;
  const surge = groups
    .filter((group) => group.role === "Node" && group.manager !== "Karpenter" && leastOf(group) > 0)
    .slice(0, 1);
  return merge([
    ...groups.flatMap((group) => ofGroup(group, leastOf(group), subnets, roleText(group.role))),
    ...groups.flatMap((group) => warmPool(group, cluster)),
    ...surge.flatMap((group) => ofGroup(group, 1, subnets, "surge node while kops rolls")),
    ...etcdVolumes(cluster),
    ...loadBalancers(
      cluster,
      services,
      zones,
      groups.some(({ role }) => role === "Bastion"),
    ),
    ...natGateways([...subnets.values()]),
  ]);
}

/** Where a group does not say it, kops does (upup/pkg/fi/cloudup/populate_instancegroup_spec.go of 1.35). */
function leastOf({ role, minSize }: GroupSpec): number {
  return minSize ?? (role === "Node" || role === "APIServer" ? 2 : 1);
}

/** Instances that are stopped have volumes, and run for some minutes before. */
function warmPool({ role, machineType, warmPool: own }: GroupSpec, cluster: ClusterSpec): CostItem[] {
  if (role !== "Node" || (own ?? cluster.warmPool) === undefined) return [];
  return [
    {
      item: `instance/${machineType ?? ""}`,
      quantity: 1,
      what: "warm pool",
      unpriced: "AWS decides how many instances a warm pool has",
    },
  ];
}

function ofGroup(group: GroupSpec, count: number, subnets: ReadonlyMap<string, Subnet>, what: string): CostItem[] {
  if (count === 0) return [];
  // Of these, kops makes a launch template and nothing else.
  if (group.manager === "Karpenter")
    return [
      { item: `instance/${group.machineType ?? ""}`, quantity: 1, what, unpriced: "Karpenter decides on instances" },
    ];
  const volumeGb = group.rootVolumeSize ?? defaultRootGb[group.role ?? ""] ?? 0;
  const isPublic = (group.subnets ?? []).some((name) => /^(Public|Utility)$/.test(subnets.get(name)?.type ?? ""));
  return [
    instances(group, count, what),
    ...ofVolume(
      {
        size: volumeGb,
        type: group.rootVolumeType,
        iops: group.rootVolumeIops,
        throughput: group.rootVolumeThroughput,
      },
      count,
      "root volumes",
    ),
    ...(group.volumes ?? []).flatMap((volume) => ofVolume(volume, count, "further volumes")),
    ...(isPublic && group.associatePublicIp !== false
      ? [{ item: "public-ipv4", quantity: count, what: "public addresses of instances" }]
      : []),
  ];
}

/** What gp3 has without paying for it (Amazon EBS pricing); of io1 and io2 every operation a second is paid for. */
const included: Readonly<Record<string, { iops: number; throughput: number }>> = {
  gp3: { iops: 3000, throughput: 125 },
};

/** A volume by its size, and whether it has more than that which is paid for. */
function ofVolume({ size = 0, type, iops, throughput }: Volume, count: number, what: string): CostItem[] {
  const kind = type ?? defaultVolumeType;
  const item = `volume/${kind}`;
  const free = included[kind];
  const more = free ? (iops ?? 0) > free.iops || (throughput ?? 0) > free.throughput : kind.startsWith("io");
  const unpriced = "what is provisioned besides the size is not in the price table";
  return [
    { item, quantity: count * size, what: `${what}, GB` },
    ...(more ? [{ item, quantity: count, what: `operations and throughput of ${what}`, unpriced }] : []),
  ];
}

/** Spot prices change by the hour, and which types a mixed group starts is decided when it does. */
function instances(
  { machineType, maxPrice, mixedInstancesPolicy: mixed, tenancy }: GroupSpec,
  count: number,
  what: string,
): CostItem {
  const item = { item: `instance/${machineType ?? ""}`, quantity: count, what };
  if (maxPrice !== undefined) return { ...item, unpriced: "spot instances have no fixed price" };
  if (mixed !== undefined) return { ...item, unpriced: "a mixed instances policy decides on types and spot at launch" };
  if (tenancy !== undefined && tenancy !== "" && tenancy !== "default")
    return { ...item, unpriced: `instances of tenancy ${tenancy} have prices of their own` };
  return item;
}

function etcdVolumes({ etcdClusters = [] }: ClusterSpec): CostItem[] {
  return etcdClusters
    .flatMap(({ etcdMembers = [] }) => etcdMembers)
    .flatMap(({ volumeSize = defaultEtcdGb, volumeType: type, volumeIops: iops, volumeThroughput: throughput }) =>
      ofVolume({ size: volumeSize, type, iops, throughput }, 1, "etcd volumes"),
    );
}

/** An internet-facing load balancer has an address in each zone. */
function loadBalancers(
  { api }: ClusterSpec,
  services: readonly ("classic" | "network")[],
  zones: number,
  bastions: boolean,
): CostItem[] {
  const apiClass = api?.loadBalancer?.class === "Network" ? "network" : "classic";
  const apiFacing = api?.loadBalancer !== undefined && api.loadBalancer.type !== "Internal";
  const facing = services.length + Number(apiFacing) + Number(bastions);
  return [
    ...(api?.loadBalancer === undefined
      ? []
      : [{ item: `load-balancer/${apiClass}`, quantity: 1, what: "load balancer of the API server" }]),
    ...(bastions ? [{ item: "load-balancer/network", quantity: 1, what: "load balancer of the bastions" }] : []),
    ...services.map((kind) => ({ item: `load-balancer/${kind}`, quantity: 1, what: "load balancer of the app" })),
    ...(facing === 0
      ? []
      : [{ item: "public-ipv4", quantity: facing * zones, what: "public addresses of load balancers" }]),
  ];
}

/** kops gives each zone with private subnets a NAT gateway of its own, unless their way out is there already. */
function natGateways(subnets: readonly Subnet[]): CostItem[] {
  const zones = new Set(
    subnets.filter(({ type, egress }) => type === "Private" && egress === undefined).map(({ zone }) => zone),
  );
  return zones.size === 0
    ? []
    : [
        { item: "nat-gateway", quantity: zones.size, what: "NAT gateways" },
        { item: "public-ipv4", quantity: zones.size, what: "public addresses of NAT gateways" },
      ];
}

const roleText = (role = ""): string =>
  role === "Master" || role === "ControlPlane" ? "control plane" : role === "Node" ? "nodes" : role.toLowerCase();

/** Equal items become one. */
function merge(items: readonly CostItem[]): CostItem[] {
  const merged = new Map<string, CostItem>();
  for (const one of items) {
    const key = `${one.item} ${one.what} ${one.unpriced ?? ""}`;
    merged.set(key, { ...one, quantity: one.quantity + (merged.get(key)?.quantity ?? 0) });
  }
  return [...merged.values()].filter(({ quantity }) => quantity > 0);
}
