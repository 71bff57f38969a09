import type { Phase } from "../analysis/events.ts";
import { controlPlaneRoles, nodeRoles, type Role, type UpdateOptions } from "./argv.ts";

/** One command of a roll. */
export type RollAction =
  /** `kops update cluster --yes`: the specification goes into launch templates and the control plane's files. */
  | ({ readonly do: "update"; readonly phase: Phase } & Pick<
      UpdateOptions,
      "roles" | "prune" | "ignoreKubeletVersionSkew"
    >)
  /** `kops rolling-update cluster --yes`: instances are replaced. */
  | { readonly do: "roll"; readonly phase: Phase; readonly roles?: readonly Role[]; readonly force?: boolean }
  /** A node is added while only the control plane is upgraded, as an autoscaler would. */
  | { readonly do: "skew-probe"; readonly phase: Phase };

/**
 * `staged`: control plane, then nodes, then what had to be kept until all nodes were replaced; a node that an autoscaler
 * adds in between still gets the old version, so no kubelet is ever newer than its API server (Kubernetes version skew
 * policy). `legacy`: one update, one rolling update, as before kops 1.31, which by now gives nodes the new version only
 * once the control plane runs it, unless it is told to ignore that.
 */
export type RollOrder = "staged" | "legacy";

/** An upgrade: what kops is told, in order. */
export function upgradeRoll(order: RollOrder, { skewProbe = false } = {}): RollAction[] {
  if (order === "legacy")
    return [
      { do: "update", phase: "nodes", ignoreKubeletVersionSkew: true },
      { do: "roll", phase: "nodes" },
    ];
  return [
    { do: "update", phase: "control-plane", roles: controlPlaneRoles },
    { do: "roll", phase: "control-plane", roles: controlPlaneRoles },
    ...(skewProbe ? [{ do: "skew-probe", phase: "control-plane" } as const] : []),
    { do: "update", phase: "nodes" },
    { do: "roll", phase: "nodes" },
    { do: "update", phase: "prune", prune: true },
  ];
}

/** The same roll once more on a cluster that is upgraded: every instance is replaced by one like it. */
export function repeatedRoll(): RollAction[] {
  return [
    { do: "roll", phase: "control-plane", roles: controlPlaneRoles, force: true },
    { do: "roll", phase: "nodes", roles: nodeRoles, force: true },
  ];
}

/**
 * The way back, nodes first: while it lasts, no kubelet may be newer than its API server either.
 * `update` of the nodes' roles alone leaves the control plane at the newer version until they are done.
 */
export function revertRoll(): RollAction[] {
  return [
    { do: "update", phase: "nodes", roles: nodeRoles },
    { do: "roll", phase: "nodes", roles: nodeRoles },
    { do: "update", phase: "control-plane" },
    { do: "roll", phase: "control-plane" },
    { do: "update", phase: "prune", prune: true },
  ];
}
