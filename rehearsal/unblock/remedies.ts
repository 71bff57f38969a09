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

const longestPatienceMs = 60_000;

/** What can help against each: a node that never joined has nothing to drain, failing pods are no reason to end their node. */
const helps: Readonly<Record<BlockedNode["why"], readonly Remedy[]>> = {
  drain: ["delete-pod", "drain", "terminate"],
  "system-pods": ["delete-system-pods"],
  missing: ["terminate"],
};

/**
 * The next thing to do, or undefined to go on waiting. Each remedy is taken at most once per node, from the mildest that
 * helps to the harshest, and only when the node has been held up for so long since the last one that could help. What
 * was done to the node against something else neither replaces a remedy nor puts it off; after its end nothing is done to it.
 */
export function nextAction(
  blocked: readonly BlockedNode[],
  taken: readonly Taken[],
  nowMs: number,
  patience: Patience,
): Action | undefined {
  const waiting = [...blocked].sort((a, b) => a.sinceMs - b.sinceMs || (a.node < b.node ? -1 : 1));
  for (const { node, why, pods, message, sinceMs } of waiting) {
    const before = taken.filter((one) => one.node === node);
    if (before.some(({ remedy }) => remedy === "terminate")) continue;
    const tried = before.filter(({ remedy }) => helps[why].includes(remedy));
    const lastMs = tried.reduce((last, { atMs }) => Math.max(last, atMs), sinceMs);
    if (nowMs - lastMs < patience[why]) continue;
    const remedy = helps[why].find(
      (one) => tried.every((other) => other.remedy !== one) && (pods.length > 0 || !one.startsWith("delete")),
    );
    if (remedy !== undefined) return { remedy, node, pods: remedy.startsWith("delete") ? pods : [], because: message };
  }
  return undefined;
}

/** How long to wait before a remedy, and between two, in ms. */
export type Patience = Readonly<Record<BlockedNode["why"], number>>;

/**
 * A minute, or less where kops itself gives up soon: all three remedies against a drain must have been tried before its
 * time-out, and it takes a moment until one is seen to hold.
 */
export function patienceOf(limitsMs: { readonly drain: number; readonly validation: number }): Patience {
  const drain = Math.min(longestPatienceMs, limitsMs.drain / 5);
  const validation = Math.min(longestPatienceMs, limitsMs.validation / 5);
  return { drain, "system-pods": validation, missing: validation };
}

/**
 * What was done and why, in one sentence.
 *
 * @param failure why it could not be done; absent when it was
 */
export function actionText({ remedy, node, pods, because }: Action, failure?: string): string {
  const list = pods.join(", ");
  const done: Readonly<Record<Remedy, string>> = {
    "delete-pod": `deleted pod ${list} on node ${node}`,
    "delete-system-pods": `deleted ${list}, which was not ready, on node ${node}`,
    drain: `drained node ${node} by kubectl drain --ignore-daemonsets --delete-emptydir-data --force`,
    terminate: `terminated instance ${node}`,
  };
  const why = pods.length === 1 ? because.replace(` to evict pod ${list} from node ${node}`, " to evict it") : because;
  return `${done[remedy]}, because ${why}${failure === undefined ? "" : `; that failed: ${failure}`}`;
}
