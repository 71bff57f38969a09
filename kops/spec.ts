import { formatCidr, parseCidr, splitForSubnets } from "./cidr.ts";
import { controlPlaneGroups, etcdMemberNames, nodeGroups } from "./groups.ts";
import type { Group, Placement } from "./groups.ts";
import { networkingSpec } from "./networking.ts";
import type { Networking } from "./networking.ts";
import { withoutUndefined } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";

/** What a mirror looks like: a setting for each flag of `kops create cluster`. */
export interface MirrorSpec {
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  /** kops channel: `stable`, `alpha` or a URL. */
  readonly channel: string;
  /** Bucket of the state store. */
  readonly stateStore: string;
  readonly controlPlane: Placement;
  readonly nodes: Placement;
  readonly network: {
    /** VPC to build in. */
    readonly id?: string | undefined;
    readonly cidr: string;
    /** CIDRs of subnets by zone; zones without one are given a part of the network. */
    readonly subnets?: Readonly<Record<string, string>> | undefined;
  };
  readonly networking: Networking;
  readonly authorization: "RBAC" | "AlwaysAllow";
  readonly dns: { readonly mode: DnsMode; readonly zone?: string | undefined };
  /** CIDRs that may reach the API server; and nodes over SSH. */
  readonly adminAccess: readonly string[];
  readonly sshAccess: readonly string[];
  /** ARN of the policy that bounds what the roles of the instances may do. */
  readonly permissionsBoundary?: string | undefined;
  /** Labels (on AWS: tags) of all cloud resources. */
  readonly tags: Readonly<Record<string, string>>;
}

/** `new` and `existing` are public hosted zones. */
export type DnsMode = "new" | "existing" | "private" | "none";

/**
 * The kops manifests of the mirror: what `kops create cluster --dry-run -o yaml` prints for the same flags (kops 1.35),
 * in that order: the Cluster, control-plane groups, node groups.
 */
export function mirrorManifests(mirror: MirrorSpec): Manifest[] {
  const controlPlane = controlPlaneGroups(mirror.controlPlane);
  const groups = [...controlPlane, ...nodeGroups(mirror.nodes)];
  return [cluster(mirror, controlPlane), ...groups.map((group) => instanceGroup(mirror.clusterName, group))];
}

function cluster(mirror: MirrorSpec, controlPlane: readonly Group[]): Manifest {
  const { dns, network } = mirror;
  const hasTags = Object.keys(mirror.tags).length > 0;
  return {
    apiVersion: "kops.k8s.io/v1alpha2",
    kind: "Cluster",
    metadata: { name: mirror.clusterName },
    spec: withoutUndefined({
      // Without DNS records clients find the API server through a load balancer.
      api: dns.mode === "none" ? { loadBalancer: { class: "Network", type: "Public" } } : { dns: {} },
      authorization: mirror.authorization === "RBAC" ? { rbac: {} } : { alwaysAllow: {} },
      channel: mirror.channel,
      cloudLabels: hasTags ? { ...mirror.tags } : undefined,
      cloudProvider: "aws",
      configBase: `s3://${mirror.stateStore}/${mirror.clusterName}`,
      dnsZone: dns.mode === "none" ? undefined : dns.zone,
      etcdClusters: etcdClusters(mirror.networking, controlPlane),
      iam: withoutUndefined({
        allowContainerRegistry: true,
        legacy: false,
        permissionsBoundary: mirror.permissionsBoundary,
      }),
      kubelet: { anonymousAuth: false },
      kubernetesApiAccess: [...mirror.adminAccess],
      kubernetesVersion: mirror.kubernetesVersion,
      masterPublicName: isPublic(dns.mode) ? `api.${mirror.clusterName}` : undefined,
      networkCIDR: network.cidr,
      networkID: network.id,
      ...networkingSpec(mirror.networking, network.cidr),
      sshAccess: [...mirror.sshAccess],
      subnets: subnets(mirror),
      topology: { dns: { type: dns.mode === "none" ? "None" : isPublic(dns.mode) ? "Public" : "Private" } },
    }),
  };
}

function isPublic(mode: DnsMode): boolean {
  return mode === "new" || mode === "existing";
}

/** Zones of a mirror in the order in which kops assigns CIDRs. */
export function mirrorZones(mirror: Pick<MirrorSpec, "controlPlane" | "nodes">): string[] {
  return [...new Set([...mirror.controlPlane.zones, ...mirror.nodes.zones])].sort();
}

function subnets(mirror: MirrorSpec): Manifest[] {
  const zones = mirrorZones(mirror);
  const range = parseCidr(mirror.network.cidr);
  if (!range) throw new Error(`network.cidr ${mirror.network.cidr} is not a CIDR such as 10.0.0.0/16`);
  const parts = splitForSubnets(range, zones.length).map(formatCidr);
  return zones.map((zone, i) => ({
    cidr: mirror.network.subnets?.[zone] ?? parts[i],
    name: zone,
    type: "Public",
    zone,
  }));
}

function etcdClusters(networking: Networking, controlPlane: readonly Group[]): Manifest[] {
  const names = etcdMemberNames(controlPlane);
  const clusters = networking === "cilium-etcd" ? ["main", "events", "cilium"] : ["main", "events"];
  return clusters.map((name) => ({
    cpuRequest: name === "main" ? "200m" : "100m",
    etcdMembers: controlPlane.map((group, i) => ({
      encryptedVolume: true,
      instanceGroup: group.name,
      name: names[i],
    })),
    manager: { backupRetentionDays: 90 },
    memoryRequest: "100Mi",
    name,
  }));
}

function instanceGroup(clusterName: string, group: Group): Manifest {
  return {
    apiVersion: "kops.k8s.io/v1alpha2",
    kind: "InstanceGroup",
    metadata: { labels: { "kops.k8s.io/cluster": clusterName }, name: group.name },
    spec: withoutUndefined({
      image: group.image,
      machineType: group.machineType,
      maxSize: group.size,
      minSize: group.size,
      role: group.role,
      subnets: [group.zone],
    }),
  };
}
