/** Names of all checks; errors of those that the setting `preflight.accept` names do not stop `pulumi up`. */
export const checkNames = [
  "not-production",
  "version-skew",
  "kops-version",
  "removed-apis",
  "disruption-budgets",
  "single-replicas",
  "system-pods",
  "network-plugin",
  "instance-types",
  "quotas",
  "addresses",
  "credentials",
  "collisions",
  "discovery-store",
  "access",
] as const;
export type CheckName = (typeof checkNames)[number];

/** Nobody can accept these: going on would touch what is not the mirror's. */
export const neverAccepted: readonly CheckName[] = ["not-production", "collisions"];

/** Those that can be accepted. */
export const acceptable = checkNames.filter((name) => !neverAccepted.includes(name));
