import type { V1Node, V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { selects } from "../cluster.ts";
import { shortDuration } from "../event-log.ts";
import { belongsToNode, isFinished, podName } from "./cluster-events.ts";

/** A pod that is still on a node that was cordoned is news after this long: evictions take a moment. */
const patienceMs = 5_000;
/** A pod that was told to stop is news after this long, when it still has time left; sooner where kops gives up sooner. */
const stopPatienceMs = 30_000;
const stopPatienceShare = 1 / 5;

/** A pod that holds up the drain of its node. */
export interface DrainWait {
  readonly node: string;
  /** `namespace/name` */
  readonly pod: string;
  /**
   * `budget`: a PodDisruptionBudget refuses the eviction. `stopping`: it was told to stop and still runs. `pending`: it was
   * not evicted, and no budget says why.
   */
  readonly why: "budget" | "stopping" | "pending";
  readonly message: string;
  /** Of a pod that was told to stop. */
  readonly stopping?: {
    /** When it was, in ms since the epoch. */
    readonly sinceMs: number;
    /** Its grace ends before kops gives the drain up, so that it needs no help. */
    readonly inTime: boolean;
  };
}

/**
 * What the drain of cordoned nodes waits for, from the cluster's objects alone: of all this kops shows refused evictions only.
 *
 * @param cordonedMs when each node was seen cordoned first, in ms since the epoch; nodes that are not in it are not drained
 * @param timeoutMs how long kops waits for the drain of a node
 */
export function drainWaits(
  cluster: {
    readonly nodes: readonly V1Node[];
    readonly pods: readonly V1Pod[];
    readonly budgets: readonly V1PodDisruptionBudget[];
  },
  cordonedMs: ReadonlyMap<string, number>,
  nowMs: number,
  timeoutMs: number,
): DrainWait[] {
  const names = new Set(cluster.nodes.map(({ metadata }) => metadata?.name ?? ""));
  return cluster.pods.flatMap((pod) => {
    const node = pod.spec?.nodeName ?? "";
    const startMs = cordonedMs.get(node) ?? nowMs;
    const sinceMs = nowMs - startMs;
    if (!names.has(node) || sinceMs < patienceMs || belongsToNode(pod) || isFinished(pod)) return [];
    const wait = (why: DrainWait["why"], message: string): DrainWait[] => [{ node, pod: podName(pod), why, message }];
    if (pod.metadata?.deletionTimestamp !== undefined) return stopping(pod, node, nowMs, { startMs, timeoutMs });
    const budgets = covering(cluster.budgets, pod);
    const refusing = budgets.filter(({ status }) => (status?.disruptionsAllowed ?? 0) === 0);
    if (budgets.length > 1)
      return wait(
        "budget",
        `pod ${podName(pod)} on node ${node} cannot be evicted: it is covered by ${budgets.length} PodDisruptionBudgets (${budgets.map(budgetName).join(", ")}), and Kubernetes evicts only what at most one covers`,
      );
    if (refusing.length > 0) return wait("budget", refusal(podName(pod), node, refusing));
    if (sinceMs < stopPatienceMs) return [];
    return wait(
      "pending",
      `pod ${podName(pod)} is still on node ${node}, which was cordoned ${shortDuration(sinceMs)} ago; no PodDisruptionBudget refuses its eviction`,
    );
  });
}

/** Budgets of the pod's namespace that select it. */
function covering(budgets: readonly V1PodDisruptionBudget[], pod: V1Pod): V1PodDisruptionBudget[] {
  return budgets.filter(
    ({ metadata, spec }) =>
      metadata?.namespace === pod.metadata?.namespace && selects(spec?.selector, pod.metadata?.labels ?? {}),
  );
}

const budgetName = ({ metadata }: V1PodDisruptionBudget): string => `${metadata?.namespace}/${metadata?.name}`;

function refusal(pod: string, node: string, budgets: readonly V1PodDisruptionBudget[]): string {
  const details = budgets.map((budget) => {
    const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
    return `${budgetName(budget)} (${currentHealthy} healthy, ${desiredHealthy} wanted, 0 disruptions allowed)`;
  });
  return `PodDisruptionBudget ${details.join(", ")} refuses to evict pod ${pod} from node ${node}`;
}

/** A pod that takes its time to stop; empty while that is nothing to speak of. */
function stopping(
  pod: V1Pod,
  node: string,
  nowMs: number,
  drain: { readonly startMs: number; readonly timeoutMs: number },
): DrainWait[] {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = pod.metadata ?? {};
  // Kubernetes dates the deletion to the end of the grace period.
  const endMs = new Date(deletionTimestamp ?? nowMs).getTime();
  const sinceMs = endMs - deletionGracePeriodSeconds * 1000;
  const over = nowMs - endMs > patienceMs;
  if (!over && nowMs - sinceMs < Math.min(stopPatienceMs, drain.timeoutMs * stopPatienceShare)) return [];
  const inTime = !over && endMs <= drain.startMs + drain.timeoutMs;
  const what = `pod ${podName(pod)} on node ${node} was told to stop ${shortDuration(Math.max(0, nowMs - sinceMs))} ago and still runs`;
  const held = finalizers.length === 0 ? "" : `; its finalizers hold it: ${finalizers.join(", ")}`;
  const late = inTime ? "" : `, which end after kops has given the drain up (${shortDuration(drain.timeoutMs)})`;
  const message = over
    ? `${what}, though its ${deletionGracePeriodSeconds}s of grace are over${held}`
    : `${what}; it has ${deletionGracePeriodSeconds}s of grace${late}`;
  return [{ node, pod: podName(pod), why: "stopping", message, stopping: { sinceMs, inTime } }];
}
