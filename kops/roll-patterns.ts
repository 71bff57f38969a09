import type { RollEvent } from "./roll-events.ts";

type Groups = Readonly<Record<string, string | undefined>>;

/** What a message means. The first pattern that matches counts. */
interface RollPattern {
  readonly pattern: RegExp;
  readonly event: (groups: Groups, message: string) => RollEvent;
}

/**
 * The messages of kops 1.35 (`pkg/instancegroups`, `cmd/kops/validate_cluster.go`) and of the drain helper of kubectl
 * that it uses (`k8s.io/kubectl/pkg/drain`).
 */
export const rollPatterns: readonly RollPattern[] = [
  simple(/^Tainting \d+ nodes? in "(?<group>[^"]+)" instancegroup\./, "group-started"),
  simple(
    /^Detaching instance "(?<instance>[^"]+)"(?:, node "(?<node>[^"]+)")?, in group "(?<group>[^"]+)"\./,
    "instance-detached",
  ),
  simple(/^Draining the node: "(?<node>[^"]+)"\./, "node-draining"),
  simple(/^evicting pod (?<pod>[^\s/]+\/\S+)/, "pod-evicted"),
  refused(
    /^error when evicting pods\/"(?<name>[^"]+)" -n "(?<namespace>[^"]+)" \(will retry after [^)]*\): (?<why>.*)/,
  ),
  refused(
    /^error when evicting pod "(?<name>[^"]+)" from terminating namespace "(?<namespace>[^"]+)" \(will retry after [^)]*\): (?<why>.*)/,
  ),
  simple(/^Waiting for \S+ for pods to stabilize after draining\./, "node-drained"),
  simple(
    /^Stopping instance "(?<instance>[^"]+)"(?:, node "(?<node>[^"]+)")?, in group "(?<group>[^"]+)" \(this may take a while\)/,
    "instance-terminating",
  ),
  simple(/^waiting for \S+ after (?:detaching|terminating) instance/, "waiting"),
  simple(/^Validating the cluster\./, "waiting"),
  simple(/^Cluster validated(?:\.|;)/, "validation-passed"),
  simple(/^Cluster did not (?:pass validation|validate)(?:,| within)/, "validation-failed"),
  simple(/^\(will retry\): cluster passed validation/, "validation-passed"),
  simple(/^\(will retry\): (?:cluster not yet healthy|unexpected error during validation)/, "validation-failed"),
  simple(/^Skipping drain of instance "(?<instance>[^"]+)"/, "warning"),
  simple(/^Ignoring error (?:draining|tainting) node "(?<node>[^"]+)"/, "warning"),
  simple(/^Failed to detach instance "(?<instance>[^"]+)"/, "warning"),
  simple(/^error deleting instance "(?<instance>[^"]+)"(?:, node "(?<node>[^"]+)")?/, "warning"),
  simple(/^failed to roll InstanceGroup "(?<group>[^"]+)"/, "warning"),
  simple(/^Rolling updates for InstanceGroup (?<group>\S+) are disabled/, "warning"),
  simple(/^WARNING: ignoring DaemonSet-managed Pods/, "note"),
  simple(/^(?:No rolling-update required\.|Cloud Instance Group length is zero\.)/, "note"),
  simple(/^Completed rolling update for cluster/, "group-finished"),
];

function simple(pattern: RegExp, kind: RollEvent["kind"]): RollPattern {
  return {
    pattern,
    event: ({ node, instance, pod, group }, message) => ({
      kind,
      message,
      ...(node ? { node } : {}),
      ...(instance ? { instance } : {}),
      ...(pod ? { pod } : {}),
      ...(group ? { group: groupName(group) } : {}),
    }),
  };
}

function refused(pattern: RegExp): RollPattern {
  return {
    pattern,
    event: ({ name, namespace, why }) => ({
      kind: "eviction-refused",
      pod: `${namespace}/${name}`,
      message: why ?? "",
    }),
  };
}

/** kops names some groups as their Auto Scaling group: `nodes-us-east-1a.mirror.example.com`, with the role before it. */
function groupName(name: string): string {
  return name.split(".")[0] ?? name;
}
