import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { isReady } from "../cluster.ts";
import type { BlockedNode } from "../unblock/remedies.ts";
import { isFinished, podName } from "./cluster-events.ts";
import type { DrainWait } from "./drain-waits.ts";
import type { InstanceSight } from "./instance-events.ts";

/** Instances take this long to become a ready node, and pods to become ready, without anything being wrong. */
const joinMs = 5 * 60_000;

/**
 * The nodes that hold up a roll: those whose drain waits for pods that will not be gone in time by themselves, those with pods of kube-system that are not ready, and
 * instances that run and have not become a ready node within five minutes. A pod that was told to stop holds it up since then.
 *
 * @param sinceMs remembers from one look to the next since when each does; changed here
 */
export function findBlocked(
  cluster: { readonly waits: readonly DrainWait[]; readonly nodes: readonly V1Node[]; readonly pods: readonly V1Pod[] },
  running: readonly InstanceSight[],
  sinceMs: Map<string, number>,
  nowMs: number,
): BlockedNode[] {
  const waits = cluster.waits.filter(({ stopping }) => stopping?.inTime !== true);
  const found: Omit<BlockedNode, "sinceMs">[] = [
    ...byNode(waits).map(({ node, message }) => ({
      node,
      message,
      why: "drain" as const,
      // One that is stopping has been deleted.
      pods: waits.filter((wait) => wait.node === node && wait.stopping === undefined).map(({ pod }) => pod),
    })),
    ...byNode(cluster.pods.filter((pod) => isFailingSystemPod(pod, nowMs)).map(failing)).map((one) => ({
      ...one,
      why: "system-pods" as const,
    })),
    ...missing(cluster.nodes, running, nowMs),
  ];
  const keys = new Set(found.map(key));
  for (const known of sinceMs.keys()) if (!keys.has(known)) sinceMs.delete(known);
  return found.map((one) => {
    const told = waits.flatMap(({ node, stopping }) => (node === one.node && stopping ? [stopping.sinceMs] : []));
    const since = Math.min(sinceMs.get(key(one)) ?? nowMs, ...(one.why === "drain" ? told : []));
    sinceMs.set(key(one), since);
    return { ...one, sinceMs: since };
  });
}

const key = ({ node, why }: Pick<BlockedNode, "node" | "why">): string => `${why} ${node}`;

function byNode(
  items: readonly { readonly node: string; readonly pod: string; readonly message: string }[],
): { node: string; pods: string[]; message: string }[] {
  const nodes = new Map<string, { node: string; pods: string[]; messages: string[] }>();
  for (const { node, pod, message } of items) {
    const known = nodes.get(node) ?? { node, pods: [], messages: [] };
    nodes.set(node, known);
    known.pods.push(pod);
    known.messages.push(message);
  }
  return [...nodes.values()].map(({ node, pods, messages }) => ({ node, pods, message: manyInOne(messages) }));
}

/** They mostly differ by the pod only, and all the pods are named beside. */
const manyInOne = ([first = "", ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first}; so it is with ${more.length} more`;

/** A pod of kube-system that is not ready; a static one comes back as it is, whatever is deleted. */
function isFailingSystemPod(pod: V1Pod, nowMs: number): boolean {
  const { metadata, spec, status } = pod;
  return (
    metadata?.namespace === "kube-system" &&
    spec?.nodeName !== undefined &&
    metadata.annotations?.["kubernetes.io/config.mirror"] === undefined &&
    !isFinished(pod) &&
    !isReady(status?.conditions) &&
    !isStarting(pod, nowMs)
  );
}

/** New, as on a node that has just joined, and nothing is wrong with it yet: deleted, it would begin from the start. */
function isStarting({ metadata, status }: V1Pod, nowMs: number): boolean {
  const createdMs =
    metadata?.creationTimestamp === undefined ? -Infinity : new Date(metadata.creationTimestamp).getTime();
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const troubled = containers.some(
    ({ restartCount, state }) => restartCount > 0 || /BackOff|Err|Invalid|Failed/.test(state?.waiting?.reason ?? ""),
  );
  return nowMs - createdMs < joinMs && !troubled;
}

const failing = (pod: V1Pod): { node: string; pod: string; message: string } => ({
  node: pod.spec?.nodeName ?? "",
  pod: podName(pod),
  message: `pod ${podName(pod)} is not ready`,
});

function missing(
  nodes: readonly V1Node[],
  running: readonly InstanceSight[],
  nowMs: number,
): Omit<BlockedNode, "sinceMs">[] {
  return notJoined(nodes, running)
    .filter(({ launchedMs }) => launchedMs !== undefined && nowMs - launchedMs > joinMs)
    .map(({ id, group }) => ({
      node: id,
      why: "missing" as const,
      pods: [],
      message: `instance ${id}${group === undefined ? "" : ` (${group})`} has not become a ready node within 5 minutes of its launch`,
    }));
}

/** Instances that run and are no ready node, whether they are late or not. */
export function notJoined(nodes: readonly V1Node[], running: readonly InstanceSight[]): InstanceSight[] {
  const ready = new Set(
    nodes
      .filter(({ status }) => isReady(status?.conditions))
      .map(({ metadata, spec }) => spec?.providerID?.split("/").at(-1) ?? metadata?.name),
  );
  return running.filter(({ id, joins }) => joins && !ready.has(id));
}
