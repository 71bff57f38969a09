import type { Phase, RehearsalEvent } from "./events.ts";
import { eventMs, inOrder, isRoll, nodeOf, touchesNode } from "./steps.ts";

/** Events are dated when they are seen, a little after they happened: those just after an interruption began may be its cause. */
const SEEN_LATE_MS = 1_000;
/** A node that was last touched longer ago than this is not blamed: connections to it are long gone. */
const FORGET_MS = 120_000;

export interface Blame {
  readonly phase: Phase | null;
  readonly node: string | null;
  /** What happened to the node last, in the event's words. */
  readonly doing: string | null;
  /** Pods that were evicted from it by then. */
  readonly pods: readonly string[];
}

/**
 * Puts an interruption down to what kops was doing: the phase of the last event before it began, and the node that was
 * cordoned, drained, detached or terminated last before it began (up to a second after, as events are seen late), if that
 * was within two minutes. It is a suspicion by time, not a proof.
 */
export function blamer(events: readonly RehearsalEvent[]): (startMs: number) => Blame {
  const ordered = inOrder(events);
  return (startMs) => {
    const before = ordered.filter((event) => eventMs(event) <= startMs + SEEN_LATE_MS);
    const roll = before.filter((event) => eventMs(event) <= startMs);
    const phase = (roll.filter((event) => isRoll(event)).at(-1) ?? roll.at(-1))?.phase ?? null;
    const cause = before.filter((event) => touchesNode(event) && eventMs(event) >= startMs - FORGET_MS).at(-1);
    if (cause === undefined) return { phase, node: null, doing: null, pods: [] };
    const node = nodeOf(cause)!;
    const pods = before
      .filter((event) => event.kind === "pod-evicted" && nodeOf(event) === node && event.pod !== undefined)
      .map((event) => event.pod!);
    return { phase: cause.phase, node, doing: doing[cause.kind] ?? cause.message, pods: [...new Set(pods)] };
  };
}

const doing: Partial<Record<RehearsalEvent["kind"], string>> = {
  "node-cordoned": "was cordoned",
  "node-draining": "was being drained",
  "node-drained": "had been drained",
  "eviction-refused": "was being drained",
  "instance-detached": "was detached from its group",
  "instance-terminating": "was being terminated",
  "instance-terminated": "had been terminated",
  "node-not-ready": "was not ready",
  "node-removed": "had been removed",
};
