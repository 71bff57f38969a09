import type { Manifest } from "./manifest.ts";

/** The environment variable from which kops takes its feature flags, comma-separated (`pkg/featureflag` of kops 1.35). */
export const featureFlagsVariable = "KOPS_FEATURE_FLAGS";

/**
 * The feature flags without which kops 1.35 refuses a cluster's manifests: whoever manages such a cluster has them set.
 * APIServerNodes: `upup/pkg/fi/cloudup/populate_instancegroup_spec.go`; ExperimentalClusterDNS:
 * `pkg/apis/kops/validation/legacy.go`.
 */
export function requiredFeatureFlags(manifests: readonly Manifest[]): string[] {
  const specs = manifests.map((manifest) => ({ kind: manifest["kind"], spec: objectAt(manifest, "spec") }));
  const hasApiServers = specs.some(
    ({ kind, spec }) => kind === "InstanceGroup" && /^apiserver$/i.test(text(spec["role"])),
  );
  const hasOwnDns = specs.some(({ kind, spec }) => kind === "Cluster" && isExperimentalDns(spec));
  return [...(hasApiServers ? ["APIServerNodes"] : []), ...(hasOwnDns ? ["ExperimentalClusterDNS"] : [])];
}

/** Kubelets that ask neither the cluster's DNS service nor the node-local cache. */
function isExperimentalDns(spec: Manifest): boolean {
  const dns = objectAt(spec, "kubeDNS");
  const cache = dns["nodeLocalDNS"] === undefined ? undefined : objectAt(dns, "nodeLocalDNS");
  if (!dns["serverIP"] || cache === undefined) return false;
  return ["kubelet", "masterKubelet", "controlPlaneKubelet"]
    .map((name) => objectAt(spec, name)["clusterDNS"])
    .some((address) => Boolean(address) && address !== dns["serverIP"] && address !== cache["localIP"]);
}

/** The variable's value with more flags; a flag that it names already stays as it says, since kops takes the last word. */
export function withFeatureFlags(value: string | undefined, flags: readonly string[]): string | undefined {
  return flags.length === 0 ? value : [...flags.map((flag) => `+${flag}`), ...(value ? [value] : [])].join(",");
}

function objectAt(value: Manifest, name: string): Manifest {
  const inner = value[name];
  return typeof inner === "object" && inner !== null ? (inner as Manifest) : {};
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
