import { valueAt } from "../path.ts";
import { isRecord } from "../production.ts";
import type { Production } from "../production.ts";
import { changed, leftOut, mirrored, own, replaced, withoutIdentity } from "./rule.ts";
import type { Rule, RuleInput } from "./rule.ts";

const vpc = "the mirror has its own network";
const subnet = "the mirror has its own subnets";
const loadBalancer = "the mirror has its own load balancers";
const noDns = "the mirror has no DNS, so that clients find its API server by a load balancer";

/** VPC, subnets, DNS, who may connect, load balancers of the API. */
export const network: readonly Rule[] = [
  own(vpc, "spec.networkID", (_, { mirror }) => mirror.network.id),
  own(vpc, "spec.networkCIDR", (_, { mirror }) => mirror.network.cidr),
  ...withoutIdentity(vpc, "spec.additionalNetworkCIDRs"),
  ...mirrored("spec.subnets[].name", "spec.subnets[].type", "spec.subnets[].zone", "spec.subnets[].region"),
  ...withoutIdentity(
    subnet,
    "spec.subnets[].id",
    "spec.subnets[].egress",
    "spec.subnets[].publicIP",
    "spec.subnets[].additionalRoutes",
  ),
  own(subnet, "spec.subnets[].cidr", (_, { parent, subnets }) => subnets.get(String(parent["name"]))),
  replaced(subnet, "spec.subnets[].ipv6CIDR", ipv6Cidr),
  ...mirrored("spec.DisableSubnetTags", "spec.podCIDR", "spec.nonMasqueradeCIDR", "spec.serviceClusterIPRange"),
  ...mirrored("spec.networking", "spec.isolateMasters", "spec.clusterDNSDomain"),
  // Clusters of a mesh know each other by these two.
  ...withoutIdentity(
    "the mirror is not in production's cluster mesh",
    "spec.networking.cilium.clusterID",
    "spec.networking.cilium.clusterName",
  ),
  ...leftOut(
    "production's proxy is in production's network; the mirror reaches the internet itself",
    "spec.egressProxy",
  ),

  ...mirrored("spec.topology.masters", "spec.topology.nodes", "spec.topology.bastion"),
  ...withoutIdentity(
    loadBalancer,
    "spec.topology.bastion.bastionPublicName",
    "spec.topology.bastion.loadBalancer.additionalSecurityGroups",
  ),
  // kops takes Public where production says nothing.
  {
    ...changed(
      "the setting dns.mode says so",
      "spec.topology.dns.type",
      (original, { mirror }) => mirror.dnsType ?? original,
    ),
    always: true,
  },
  own("the mirror has its own hosted zone", "spec.dnsZone", (_, { mirror }) => mirror.dnsZone),
  replaced("the mirror has its own name", "spec.masterPublicName", (_, { mirror }) =>
    mirror.dnsType === "None" ? undefined : `api.${mirror.name}`,
  ),
  replaced("the mirror has its own name", "spec.masterInternalName", (_, { mirror }) => `api.internal.${mirror.name}`),
  ...withoutIdentity("are names of production's API", "spec.additionalSans"),

  own("who may connect to the mirror is its own setting", "spec.kubernetesApiAccess", (_, { mirror }) =>
    list(mirror.adminAccess),
  ),
  own("who may connect to the mirror is its own setting", "spec.sshAccess", (_, { mirror }) => list(mirror.sshAccess)),
  ...withoutIdentity("opens ports of nodes to who may connect to production", "spec.nodePortAccess"),

  changed(noDns, "spec.api.dns", (original, { mirror }) => (mirror.dnsType === "None" ? undefined : original)),
  own(
    noDns,
    "spec.api.loadBalancer.class",
    (original, input) => original ?? (needsLoadBalancer(input) ? "Network" : undefined),
  ),
  own(
    noDns,
    "spec.api.loadBalancer.type",
    (original, input) => original ?? (needsLoadBalancer(input) ? "Public" : undefined),
  ),
  ...mirrored(
    "spec.api.loadBalancer.idleTimeoutSeconds",
    "spec.api.loadBalancer.useForInternalApi",
    "spec.api.loadBalancer.crossZoneLoadBalancing",
    "spec.api.loadBalancer.subnets",
  ),
  ...withoutIdentity(
    loadBalancer,
    "spec.api.loadBalancer.securityGroupOverride",
    "spec.api.loadBalancer.additionalSecurityGroups",
    "spec.api.loadBalancer.sslCertificate",
    // Without a certificate there is nothing to encrypt by it.
    "spec.api.loadBalancer.sslPolicy",
    "spec.api.loadBalancer.accessLog",
    "spec.api.loadBalancer.subnets[].allocationId",
    "spec.api.loadBalancer.subnets[].privateIPv4Address",
  ),
];

const list = (cidrs: readonly string[] | undefined): string[] | undefined => (cidrs ? [...cidrs] : undefined);

/** `/64#3` is the fourth part of whatever the VPC has been given, and as good in the mirror's. */
function ipv6Cidr(original: unknown, { parent, cluster }: RuleInput): unknown {
  if (typeof original === "string" && original.startsWith("/")) return original;
  const subnets = subnetsOf(cluster);
  const index = subnets.findIndex((subnet) => subnet["name"] === parent["name"]);
  return `/64#${index.toString(16)}`;
}

function needsLoadBalancer({ mirror, cluster }: RuleInput): boolean {
  return mirror.dnsType === "None" && valueAt(cluster, ["spec", "api", "loadBalancer"]) === undefined;
}

/** The subnets of a Cluster of any version. */
export function subnetsOf(cluster: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  const spec = isRecord(cluster["spec"]) ? cluster["spec"] : {};
  const networking = isRecord(spec["networking"]) ? spec["networking"] : {};
  const subnets = spec["subnets"] ?? networking["subnets"];
  return Array.isArray(subnets) ? subnets.filter(isRecord) : [];
}

/** Whether a Cluster of any version has subnets with IPv6. */
export function withIpv6(cluster: Readonly<Record<string, unknown>>): boolean {
  return subnetsOf(cluster).some((subnet) => subnet["ipv6CIDR"] !== undefined);
}

/** Addresses of pods and services, and of everything else that is not masqueraded, in a Cluster of any version. */
export function nonMasqueradeCidr({ cluster }: Production): string | undefined {
  const range =
    valueAt(cluster, ["spec", "nonMasqueradeCIDR"]) ?? valueAt(cluster, ["spec", "networking", "nonMasqueradeCIDR"]);
  return typeof range === "string" ? range : undefined;
}
