import type { Manifest } from "../kops/manifest.ts";
import { covers, parsePattern } from "./path.ts";
import type { Path, Pattern } from "./path.ts";

/** The API versions that kops 1.35 knows; it writes the first one. */
export const apiVersions = ["kops.k8s.io/v1alpha2", "kops.k8s.io/v1alpha3"] as const;

/** What v1alpha3 calls otherwise: its place and v1alpha2's (kops, pkg/apis/kops/v1alpha3). */
const moved: readonly (readonly [string, string])[] = [
  ["spec.configStore.base", "spec.configBase"],
  ["spec.configStore.keypairs", "spec.keyStore"],
  ["spec.configStore.secrets", "spec.secretStore"],
  ["spec.networking.networkID", "spec.networkID"],
  ["spec.networking.networkCIDR", "spec.networkCIDR"],
  ["spec.networking.additionalNetworkCIDRs", "spec.additionalNetworkCIDRs"],
  ["spec.networking.subnets", "spec.subnets"],
  ["spec.networking.tagSubnets", "spec.DisableSubnetTags"],
  ["spec.networking.topology.dns", "spec.topology.dns.type"],
  ["spec.networking.topology.bastion.publicName", "spec.topology.bastion.bastionPublicName"],
  ["spec.networking.topology", "spec.topology"],
  ["spec.networking.egressProxy", "spec.egressProxy"],
  ["spec.networking.nonMasqueradeCIDR", "spec.nonMasqueradeCIDR"],
  ["spec.networking.podCIDR", "spec.podCIDR"],
  ["spec.networking.serviceClusterIPRange", "spec.serviceClusterIPRange"],
  ["spec.networking.isolateControlPlane", "spec.isolateMasters"],
  ["spec.api.publicName", "spec.masterPublicName"],
  ["spec.api.additionalSANs", "spec.additionalSans"],
  ["spec.api.access", "spec.kubernetesApiAccess"],
  ["spec.cloudProvider.aws.nodeTerminationHandler", "spec.nodeTerminationHandler"],
  ["spec.cloudProvider.aws.loadBalancerController", "spec.awsLoadBalancerController"],
  ["spec.cloudProvider.aws.warmPool", "spec.warmPool"],
  ["spec.cloudProvider.aws.podIdentityWebhook", "spec.podIdentityWebhook"],
  ["spec.cloudProvider.aws.ebsCSIDriver", "spec.cloudConfig.awsEBSCSIDriver"],
  ["spec.cloudProvider.aws.disableSecurityGroupIngress", "spec.cloudConfig.disableSecurityGroupIngress"],
  ["spec.cloudProvider.aws.elbSecurityGroup", "spec.cloudConfig.elbSecurityGroup"],
  ["spec.cloudProvider.aws.nlbSecurityGroupMode", "spec.cloudConfig.nlbSecurityGroupMode"],
  ["spec.cloudProvider.aws.nodeIPFamilies", "spec.cloudConfig.nodeIPFamilies"],
  ["spec.controlPlaneKubelet", "spec.masterKubelet"],
  ["spec.externalDNS", "spec.externalDns"],
  ["spec.rootVolume.size", "spec.rootVolumeSize"],
  ["spec.rootVolume.type", "spec.rootVolumeType"],
  ["spec.rootVolume.iops", "spec.rootVolumeIops"],
  ["spec.rootVolume.throughput", "spec.rootVolumeThroughput"],
  ["spec.rootVolume.optimization", "spec.rootVolumeOptimization"],
  ["spec.rootVolume.encryption", "spec.rootVolumeEncryption"],
  ["spec.rootVolume.encryptionKey", "spec.rootVolumeEncryptionKey"],
  ["spec.associatePublicIP", "spec.associatePublicIp"],
  ["spec.api.loadBalancer.useForInternalAPI", "spec.api.loadBalancer.useForInternalApi"],
  ["spec.api.loadBalancer.subnets[].allocationID", "spec.api.loadBalancer.subnets[].allocationId"],
  ["spec.etcdClusters[].etcdMembers[].kmsKeyID", "spec.etcdClusters[].etcdMembers[].kmsKeyId"],
  ["spec.etcdClusters[].etcdMembers[].volumeIOPS", "spec.etcdClusters[].etcdMembers[].volumeIops"],
  ["spec.externalLoadBalancers[].targetGroupARN", "spec.externalLoadBalancers[].targetGroupArn"],
];
const parts = moved.map((pair) => pair.map(parsePattern) as [Pattern, Pattern]);

/** A path in a manifest of any version as v1alpha2, which the rules are written in, has it. */
export function canonical(apiVersion: string, path: Path): Path {
  if (apiVersion !== apiVersions[1]) return path;
  const found = parts.find(([place]) => covers(place, path));
  return found ? elsewhere(path, found[0], found[1]) : path;
}

/** The other way round: where a manifest of that version keeps what v1alpha2 has at a path. */
export function placeOf(apiVersion: string, path: Path): Path {
  if (apiVersion !== apiVersions[1]) return path;
  const found = parts.find(([, place]) => covers(place, path));
  return found ? elsewhere(path, found[1], found[0]) : path;
}

/** A path under one place, under the other place; elements of lists keep their numbers. */
function elsewhere(path: Path, from: Pattern, to: Pattern): Path {
  const numbers = path.slice(0, from.length).filter((part) => typeof part === "number");
  return [...to.map((part) => (part === "[]" ? (numbers.shift() ?? 0) : part)), ...path.slice(from.length)];
}

/** A manifest of any version with its fields where v1alpha2 has them. */
export function asV1alpha2(manifest: Manifest): Manifest {
  if (manifest["apiVersion"] !== apiVersions[1]) return manifest;
  const result: Tree = { ...structuredClone(manifest), apiVersion: apiVersions[0] };
  for (const [from, to] of parts) {
    const shared = from.lastIndexOf("[]") + 1;
    for (const tree of treesAt(result, from.slice(0, shared))) {
      const value = take(tree, from.slice(shared));
      if (value !== undefined) put(tree, to.slice(shared), value);
    }
  }
  return result;
}

/** The objects that a pattern stands for. */
function treesAt(value: unknown, [part, ...rest]: Pattern): Tree[] {
  if (part === undefined) return isTree(value) ? [value] : [];
  if (part === "[]") return Array.isArray(value) ? value.flatMap((item) => treesAt(item, rest)) : [];
  return isTree(value) ? treesAt(value[part], rest) : [];
}

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

function take(tree: Tree, [name = "", ...rest]: readonly string[]): unknown {
  const value = tree[name];
  if (rest.length > 0) return isTree(value) ? take(value, rest) : undefined;
  delete tree[name];
  return value;
}

/** Parts of one object may come from several places. */
function put(tree: Tree, [name = "", ...rest]: readonly string[], value: unknown): void {
  const there = tree[name];
  if (rest.length > 0) {
    const inner = isTree(there) ? there : {};
    tree[name] = inner;
    put(inner, rest, value);
  } else if (isTree(there) && isTree(value)) for (const [key, item] of Object.entries(value)) put(there, [key], item);
  else tree[name] = value;
}
