/**
 * Names that kops gives on AWS, by the cluster's. One function for all who have to know them: policies, preflight.
 */

/** An account of Kubernetes that has an IAM role of its own. */
export interface ServiceAccount {
  readonly name: string;
  /** May hold `*`. */
  readonly namespace: string;
}

/** `MaxLengthIAMRoleName` of kops 1.35. */
const longestRole = 64;
const hashLength = 6;

/** Roles of instances, and the instance profiles of the same names (`IAMName` in `pkg/model/names.go` of kops 1.35). */
export function instanceRoles(clusterName: string): string[] {
  return ["masters", "nodes", "bastions", "apiservers"].map((kind) => truncated(`${kind}.${clusterName}`, longestRole));
}

/** The role of a service account (`IAMNameForServiceAccountRole` in `pkg/model/iam/types.go` of kops 1.35). */
export function serviceAccountRole({ name, namespace }: ServiceAccount, clusterName: string): string {
  return truncated(`${name}.${namespace.replaceAll("*", "wildcard")}.sa.${clusterName}`, longestRole);
}

/** The queue by which nodes hear of interruptions (`QueueNamePrefix` of kops 1.35). */
export function interruptionQueue(clusterName: string): string {
  return `${truncated(interruptionQueuePrefix(clusterName), 75)}-nth`;
}

/** What kops looks for queues by when it deletes a cluster (`pkg/resources/aws/sqs.go` of kops 1.35). */
export function interruptionQueuePrefix(clusterName: string): string {
  return clusterName.replaceAll(".", "-");
}

/** What the names of event rules begin with (`GetClusterName40` of kops 1.35). */
export function eventRulePrefix(clusterName: string): string {
  return truncated(clusterName, 40);
}

/**
 * Whether `kops delete cluster` takes queues and rules of another cluster for this one's: kops 1.35 finds them by what
 * their names begin with (`pkg/resources/aws/sqs.go` and `eventbridge.go`).
 */
export function takesInterruptionsOf(clusterName: string, other: string): boolean {
  return (
    interruptionQueue(other).startsWith(interruptionQueuePrefix(clusterName)) ||
    `${eventRulePrefix(other)}-`.startsWith(eventRulePrefix(clusterName))
  );
}

/** The API server's load balancer, of either class (`GetResourceName32` of kops 1.35). */
export function apiLoadBalancer(clusterName: string): string {
  return hashed(`api-${clusterName.replaceAll(".", "-")}`, 32);
}

/** A name as kops shortens it where it is too long (`TruncateString` in `pkg/truncate` of kops 1.35). */
export function truncated(name: string, most: number): string {
  return name.length <= most ? name : hashed(name, most);
}

/** Its beginning, and a hash of all of it. */
function hashed(name: string, most: number): string {
  return `${name.slice(0, most - hashLength - 1)}-${hashOf(name)}`;
}

/** 32-bit FNV-1a, its first 30 bits in the alphabet of base32hex (RFC 4648). Names on AWS are ASCII. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return Array.from({ length: hashLength }, (_, i) => ((hash >>> (27 - 5 * i)) & 31).toString(32)).join("");
}
