import type { RehearsalEvent } from "./events.ts";
import { eventMs, inOrder, isRoll, nodeOf, nodeSteps } from "./steps.ts";
import type { NodeStep } from "./steps.ts";

/** A node's turn in parts, in seconds. */
export interface TurnParts {
  readonly node: string;
  readonly phase: NodeStep["phase"];
  /** From cordoned to when its instance was terminated: eviction, the pods' grace, and kops' post-drain delay. */
  readonly drain: number;
  /** From then on until the cluster was valid again: the interval, the new instance's boot, validations. */
  readonly replace: number;
}

/** The turns of the nodes whose instance was seen to be terminated, in their order. */
export function turnParts(events: readonly RehearsalEvent[]): TurnParts[] {
  const ended = new Map<string, number>();
  for (const event of inOrder(events).filter(isRoll)) {
    const node = nodeOf(event);
    if (event.kind === "instance-terminating" && node !== undefined && !ended.has(node))
      ended.set(node, eventMs(event));
  }
  return nodeSteps(events).flatMap(({ node, phase, drainMs, endMs }) => {
    const terminatedMs = ended.get(node);
    if (terminatedMs === undefined || terminatedMs < drainMs || terminatedMs > endMs) return [];
    return [{ node, phase, drain: (terminatedMs - drainMs) / 1000, replace: (endMs - terminatedMs) / 1000 }];
  });
}

/**
 * Seconds from when an instance left its group (terminated, or detached for a surge) to when the node that came for it
 * was ready. Instances are replaced in the order in which they left.
 */
export function bootSeconds(events: readonly RehearsalEvent[]): number[] {
  const left: number[] = [];
  const gone = new Set<string>();
  const joined = new Set<string>();
  const boots: number[] = [];
  for (const event of inOrder(events).filter(isRoll)) {
    const node = nodeOf(event);
    if (node === undefined) continue;
    if ((event.kind === "instance-detached" || event.kind === "instance-terminating") && !gone.has(node)) {
      gone.add(node);
      left.push(eventMs(event));
    }
    if (event.kind === "node-joined") joined.add(node);
    if (event.kind === "node-ready" && joined.delete(node)) {
      const from = left.shift();
      if (from !== undefined) boots.push((eventMs(event) - from) / 1000);
    }
  }
  return boots;
}
