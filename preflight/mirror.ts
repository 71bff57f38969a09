import { z } from "zod";
import type { Manifest } from "../kops/manifest.ts";
import { asV1alpha2 } from "../mirror/versions.ts";

/** A group of the mirror's instances. */
export interface MirrorGroup {
  readonly name: string;
  readonly controlPlane: boolean;
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
  readonly rootVolumeGib: number;
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
  /** The API server is behind a load balancer. */
  readonly apiLoadBalancer: boolean;
  /** Instances without a public address reach the internet through these, one for each zone. */
  readonly natGateways: number;
  readonly etcdVolumes: number;
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
    api: z.object({ loadBalancer: z.unknown().optional() }).optional(),
    subnets: z.array(subnet).default([]),
    etcdClusters: z.array(z.object({ etcdMembers: z.array(z.unknown()) })).default([]),
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
export const etcdVolumeGib = 20;

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
    apiLoadBalancer: cluster?.api?.loadBalancer !== undefined,
    natGateways: new Set(subnets.filter(({ type, egress }) => type === "Private" && !egress).map(({ zone }) => zone))
      .size,
    etcdVolumes: (cluster?.etcdClusters ?? []).reduce((sum, { etcdMembers }) => sum + etcdMembers.length, 0),
  };
}

export const hasIpv6 = ({ subnets }: MirrorShape): boolean => subnets.some(({ ipv6CIDR }) => ipv6CIDR !== undefined);

function toGroup({ metadata, spec }: z.infer<typeof groupSchema>, zoneOf: ReadonlyMap<string, string>): MirrorGroup {
  // kops has taken both names since control planes are called that.
  const controlPlane = /^(master|control-?plane|apiserver)$/i.test(spec.role);
  const fallback = controlPlane ? "controlPlane" : spec.role === "Bastion" ? "bastion" : "node";
  const policy = spec.mixedInstancesPolicy;
  const mixed = policy?.instances ?? [];
  return {
    name: metadata.name,
    controlPlane,
    zones: [...new Set([...spec.zones, ...spec.subnets.map((name) => zoneOf.get(name) ?? name)])],
    // What kops takes when nothing is said (upup/pkg/fi/cloudup/populate_instancegroup_spec.go of 1.35).
    minSize: spec.minSize ?? (controlPlane ? 1 : 2),
    size: spec.maxSize ?? spec.minSize ?? (controlPlane ? 1 : 2),
    machineTypes: mixed.length > 0 ? mixed : spec.machineType === undefined ? [] : [spec.machineType],
    // AWS takes 0 and 100 when nothing is said; a group with a price and no policy is of spot instances only.
    onDemand: {
      base: policy?.onDemandBase ?? 0,
      percentAbove: policy?.onDemandAboveBase ?? (policy === undefined && spec.maxPrice !== undefined ? 0 : 100),
    },
    image: spec.image,
    rootVolumeGib: spec.rootVolumeSize ?? rootVolumeGib[fallback],
  };
}
