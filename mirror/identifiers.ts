import { parseCidr } from "../kops/cidr.ts";
import type { Cidr } from "../kops/cidr.ts";
import { leaves, parsePattern, matches } from "./path.ts";
import { nameOf } from "./production.ts";
import type { Production } from "./production.ts";
import { canonical } from "./versions.ts";

/** What production is known by, collected from its manifests. */
export interface Identifiers {
  readonly clusterName: string;
  /** Buckets of the state store, of the discovery store, of backups and logs. */
  readonly buckets: readonly string[];
  /** Account numbers, from ARNs and addresses of queues. */
  readonly accounts: readonly string[];
  /** Names that clients find the cluster under. */
  readonly hostNames: readonly string[];
  /** Names and ids of no particular shape: key pairs, load balancers, keys, hosted zones. */
  readonly literals: readonly string[];
  /** The network's ranges, its own first. */
  readonly networks: readonly Cidr[];
}

const buckets = [
  "spec.configBase",
  "spec.keyStore",
  "spec.secretStore",
  "spec.configStore",
  "spec.serviceAccountIssuerDiscovery.discoveryStore",
  "spec.etcdClusters[].backups.backupStore",
].map(parsePattern);
const bareBuckets = ["spec.api.loadBalancer.accessLog.bucket"].map(parsePattern);
const hostNames = ["spec.masterPublicName", "spec.masterInternalName", "spec.topology.bastion.bastionPublicName"].map(
  parsePattern,
);
const networks = ["spec.networkCIDR", "spec.additionalNetworkCIDRs[]", "spec.subnets[].cidr"].map(parsePattern);
const literals = [
  "spec.sshKeyName",
  "spec.externalLoadBalancers[].loadBalancerName",
  "spec.etcdClusters[].etcdMembers[].kmsKeyId",
  "spec.rootVolumeEncryptionKey",
  "spec.volumes[].key",
  "spec.certManager.hostedZoneIDs[]",
  "spec.nodeTerminationHandler.webhookURL",
].map(parsePattern);
const zoneId = /^Z[A-Z0-9]{8,31}$/;

export function identifiersOf({ cluster, groups }: Production): Identifiers {
  const found = [cluster, ...groups].flatMap((manifest) =>
    leaves(manifest).flatMap(({ path, value }) =>
      typeof value === "string" ? [{ path: canonical(String(manifest["apiVersion"]), path), value }] : [],
    ),
  );
  const at = (patterns: readonly (readonly string[])[]): string[] =>
    found.filter(({ path }) => patterns.some((pattern) => matches(pattern, path))).map(({ value }) => value);
  const text = found.map(({ value }) => value).join("\n");
  const zones = found.filter(({ path, value }) => path.join(".") === "spec.dnsZone" && zoneId.test(value));
  return {
    clusterName: nameOf(cluster),
    buckets: unique([...at(buckets).flatMap((url) => /^s3:\/\/([^/]+)/.exec(url)?.[1] ?? []), ...at(bareBuckets)]),
    accounts: unique(
      [...text.matchAll(/(?:arn:aws[\w-]*:[\w-]*:[\w-]*:|sqs\.[\w-]+\.amazonaws\.com(?:\.cn)?\/)(\d{12})(?!\d)/g)].map(
        (match) => match[1] ?? "",
      ),
    ).filter((account) => account !== "000000000000"),
    hostNames: unique(at(hostNames)),
    literals: unique([...at(literals), ...zones.map(({ value }) => value)]).filter(
      // A name such as `admin` or `default` is nobody's in particular.
      (literal) => literal.length >= 8 && !literal.startsWith("arn:"),
    ),
    networks: unique(at(networks)).flatMap((cidr) => parseCidr(cidr) ?? []),
  };
}

const unique = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== ""))];
