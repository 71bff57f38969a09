import { z } from "zod";
import type { Manifest } from "../kops/manifest.ts";
import { networkPlugin } from "../kops/networking.ts";
import { asV1alpha2 } from "../mirror/versions.ts";

/** A group of the mirror's instances. */
export interface MirrorGroup {
  readonly name: string;
  readonly controlPlane: boolean;
  readonly bastion: boolean;
  readonly zones: readonly string[];
  /** The least instances that it may have; it begins with so many. */
  readonly minSize: number;
  /** The most instances that it may have, without the one that a roll adds. */
  readonly size: number;
  /** More than one with mixed instances. */
  readonly machineTypes: readonly string[];
  /** Which of its instances are On-Demand: the first so many, and so much of what is above; the rest is spot. */
  readonly onDemand: { readonly base: number; readonly percentAbove: number };
  /** Absent: kops takes the channel's for the version and the architecture. */
  readonly image?: string | undefined;
  /** Storage of type gp3 that each instance has. */
  readonly gp3Gib: number;
}

export interface MirrorSubnet {
  readonly zone: string;
  readonly cidr?: string | undefined;
  readonly id?: string | undefined;
  /** `Private`, `DualStack`, … */
  readonly type: string;
  /** A range, or `/64#N` for a part of the VPC's; absent: it has no IPv6. */
  readonly ipv6CIDR?: string | undefined;
}

/** What the mirror's manifests ask of AWS. */
export interface MirrorShape {
  readonly groups: readonly MirrorGroup[];
  /** The subnets that kops makes, or takes where an id is given. */
  readonly subnets: readonly MirrorSubnet[];
  /** Network Load Balancers of the API server and of bastions. */
  readonly networkLoadBalancers: number;
  /** The API server's load balancer has addresses of the mirror's network only. */
  readonly apiInternal: boolean;
  /** `cilium`; empty for one that is not known. */
  readonly networkPlugin: string;
  /** How many channels of further add-ons kops installs. */
  readonly addons: number;
  /** Instances without a public address reach the internet through these, one for each zone. */
  readonly natGateways: number;
  /** Storage of type gp3 that etcd has. */
  readonly etcdGp3Gib: number;
}

const subnet = z.object({
  name: z.string(),
  zone: z.string().default(""),
  cidr: z.string().optional(),
  ipv6CIDR: z.string().optional(),
  id: z.string().optional(),
  type: z.string().default(""),
  egress: z.string().optional(),
});
const clusterSchema = z.object({
  kind: z.literal("Cluster"),
  spec: z.object({
    api: z
      .object({ loadBalancer: z.object({ class: z.string().optional(), type: z.string().optional() }).optional() })
      .optional(),
    subnets: z.array(subnet).default([]),
    addons: z.array(z.unknown()).default([]),
    etcdClusters: z
      .array(
        z.object({
          etcdMembers: z.array(z.object({ volumeSize: z.number().optional(), volumeType: z.string().optional() })),
        }),
      )
      .default([]),
  }),
});
const groupSchema = z.object({
  kind: z.literal("InstanceGroup"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    role: z.string(),
    machineType: z.string().optional(),
    maxSize: z.number().optional(),
    minSize: z.number().optional(),
    image: z.string().optional(),
    subnets: z.array(z.string()).default([]),
    zones: z.array(z.string()).default([]),
    rootVolumeSize: z.number().optional(),
    manager: z.string().optional(),
    rootVolumeType: z.string().optional(),
    volumes: z.array(z.object({ size: z.number().optional(), type: z.string().optional() })).default([]),
    maxPrice: z.string().optional(),
    mixedInstancesPolicy: z
      .object({
        instances: z.array(z.string()).optional(),
        onDemandBase: z.number().optional(),
        onDemandAboveBase: z.number().optional(),
      })
      .optional(),
  }),
});

/** GiB, as kops makes them when nothing is said (`DefaultInstanceGroupVolumeSize` of kops 1.35). */
const rootVolumeGib = { controlPlane: 64, bastion: 32, node: 128 };
/** GiB (`DefaultEtcdVolumeSize` of kops 1.35). */
const etcdVolumeGib = 20;

/** GiB of a volume that are of type gp3, which kops takes when nothing is said. */
const ofGp3 = (type: string | undefined, gib: number): number => (type === undefined || type === "gp3" ? gib : 0);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Reads the manifests of a mirror (kops Cluster and InstanceGroups); fields that it has no use for do not matter. */
export function mirrorShape(given: readonly Manifest[]): MirrorShape {
  const manifests = given.map(asV1alpha2);
  const cluster = manifests.map((manifest) => clusterSchema.safeParse(manifest).data).find((data) => data)?.spec;
  const subnets = cluster?.subnets ?? [];
  const zoneOf = new Map(subnets.map(({ name, zone }) => [name, zone]));
  const groups = manifests.flatMap((manifest) => {
    const group = groupSchema.safeParse(manifest).data;
    return group === undefined ? [] : [toGroup(group, zoneOf)];
  });
  return {
    groups,
    subnets,
    apiInternal: cluster?.api?.loadBalancer?.type === "Internal",
    networkPlugin: networkPlugin(manifests.find(({ kind }) => kind === "Cluster")),
    addons: cluster?.addons.length ?? 0,
    // kops takes a classic one when nothing is said.
    networkLoadBalancers:
      Number(cluster?.api?.loadBalancer?.class === "Network") + Number(groups.some(({ bastion }) => bastion)),
    natGateways: new Set(subnets.filter(({ type, egress }) => type === "Private" && !egress).map(({ zone }) => zone))
      .size,
    etcdGp3Gib: sum(
      (cluster?.etcdClusters ?? []).flatMap(({ etcdMembers }) =>
        etcdMembers.map(({ volumeType, volumeSize }) => ofGp3(volumeType, volumeSize ?? etcdVolumeGib)),
      ),
    ),
  };
}

export const hasIpv6 = ({ subnets }: MirrorShape): boolean => subnets.some(({ ipv6CIDR }) => ipv6CIDR !== undefined);

function toGroup({ metadata, spec }: z.infer<typeof groupSchema>, zoneOf: ReadonlyMap<string, string>): MirrorGroup {
  // kops has taken both names since control planes are called that.
  const controlPlane = /^(master|control-?plane|apiserver)$/i.test(spec.role);
  const bastion = spec.role === "Bastion";
  const fallback = bastion ? "bastion" : controlPlane && spec.role !== "APIServer" ? "controlPlane" : "node";
  // What kops takes when nothing is said (upup/pkg/fi/cloudup/populate_instancegroup_spec.go of 1.35).
  // Karpenter starts none before a pod needs one.
  const least = spec.manager === "Karpenter" ? 0 : fallback === "node" ? 2 : 1;
  const policy = spec.mixedInstancesPolicy;
  const mixed = policy?.instances ?? [];
  return {
    name: metadata.name,
    controlPlane,
    bastion,
    zones: [...new Set([...spec.zones, ...spec.subnets.map((name) => zoneOf.get(name) ?? name)])],
    minSize: spec.minSize ?? least,
    size: spec.maxSize ?? spec.minSize ?? least,
    machineTypes: mixed.length > 0 ? mixed : spec.machineType === undefined ? [] : [spec.machineType],
    // AWS takes 0 and 100 when nothing is said; a group with a price and no policy is of spot instances only.
    onDemand: {
      base: policy?.onDemandBase ?? 0,
      percentAbove: policy?.onDemandAboveBase ?? (policy === undefined && spec.maxPrice !== undefined ? 0 : 100),
    },
    image: spec.image,
    gp3Gib:
      ofGp3(spec.rootVolumeType, spec.rootVolumeSize ?? rootVolumeGib[fallback]) +
      sum(spec.volumes.map(({ type, size }) => ofGp3(type, size ?? 0))),
  };
}
