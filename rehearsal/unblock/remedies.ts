/** What the article does when a roll does not go on, in its order; from the mildest to the harshest. */
export const remedies = ["delete-pod", "delete-system-pods", "drain", "terminate"] as const;
export type Remedy = (typeof remedies)[number];

/** A node that holds up the roll. */
export interface BlockedNode {
  readonly node: string;
  /**
   * `drain`: pods on it are not evicted or do not stop. `system-pods`: pods of kube-system on it are not ready, so that the
   * cluster does not validate. `missing`: its instance runs and has not become a ready node.
   */
  readonly why: "drain" | "system-pods" | "missing";
  /** The pods in question (`namespace/name`). */
  readonly pods: readonly string[];
  /** What it waits for, in words. */
  readonly message: string;
  /** When it was seen to hold up the roll first, in ms since the epoch. */
  readonly sinceMs: number;
}

export interface Action {
  readonly remedy: Remedy;
  readonly node: string;
  /** Pods to delete; empty for the other remedies. */
  readonly pods: readonly string[];
  /** What it is done for. */
  readonly because: string;
}

export interface Taken {
  readonly node: string;
  readonly remedy: Remedy;
  readonly atMs: number;
}

/** What can help against each: a node that never joined has nothing to drain, failing pods are no reason to end their node. */
const helps: Readonly<Record<BlockedNode["why"], readonly Remedy[]>> = {
  drain: ["delete-pod", "drain", "terminate"],
  "system-pods": ["delete-system-pods"],
  missing: ["terminate"],
};

/**
 * The next thing to do, or undefined to go on waiting. Each remedy is taken at most once per node, never a milder one after
 * a harsher one, and only when the node has held up the roll for `patienceMs` since the last one.
 */
export function nextAction(
  blocked: readonly BlockedNode[],
  taken: readonly Taken[],
  nowMs: number,
  patienceMs: number,
): Action | undefined {
  const waiting = [...blocked].sort((a, b) => a.sinceMs - b.sinceMs || (a.node < b.node ? -1 : 1));
  for (const { node, why, pods, message, sinceMs } of waiting) {
    const before = taken.filter((one) => one.node === node);
    const lastMs = before.reduce((last, { atMs }) => Math.max(last, atMs), sinceMs);
    if (nowMs - lastMs < patienceMs) continue;
    const harshest = Math.max(-1, ...before.map(({ remedy }) => remedies.indexOf(remedy)));
    const remedy = helps[why].find(
      (one) => remedies.indexOf(one) > harshest && (pods.length > 0 || !one.startsWith("delete")),
    );
    if (remedy !== undefined) return { remedy, node, pods: remedy.startsWith("delete") ? pods : [], because: message };
  }
  return undefined;
}

/** What was done and what it means for production, in one sentence each. */
export function actionText({ remedy, node, pods, because }: Action): string {
  const list = pods.join(", ");
  const done: Readonly<Record<Remedy, string>> = {
    "delete-pod": `deleted pod ${list} on node ${node}`,
    "delete-system-pods": `deleted ${list}, which was not ready, on node ${node}`,
    drain: `drained node ${node} by kubectl drain --ignore-daemonsets --delete-emptydir-data --force`,
    terminate: `terminated instance ${node}`,
  };
  return `${done[remedy]}, because ${because}`;
}
