import type { CeasedTarget, Interruption } from "./ceased.ts";
import type { EventKind, Phase, RehearsalEvent } from "./events.ts";
import { eventMs, inOrder, isRoll, nodeOf, touchesNode } from "./steps.ts";
import type { Outage } from "./verdict-schema.ts";
import { span } from "./words.ts";

/** Events are dated when they are seen, a little after they happened: those just after an interruption began may be its cause. */
const SEEN_LATE_MS = 1_000;
/** What happened longer ago than this is not blamed: connections to the node and the pod are long gone. */
const FORGET_MS = 120_000;

/** `doing` and the rest as in `verdict.json`. */
export interface Blame extends Pick<Outage, "phase" | "node" | "pod" | "target" | "doing" | "evidence" | "confidence"> {
  /** Pods that were evicted from the node by then. */
  readonly pods: readonly string[];
}

const nobody = { node: null, pod: null, target: null, doing: null, evidence: null, confidence: null, pods: [] };

/**
 * Puts an interruption down to what kops was doing.
 *
 * By target: a target ceased to answer as it began, and around that time its pod was evicted or told to stop, left its
 * Service, or its node was taken out of service: that pod, then its node, then what kops did there.
 *
 * By time, where the requests name no such target: the node that was cordoned, drained, detached or terminated last before
 * it began (up to a second after, as events are seen late), if that was within two minutes. A suspicion, not a proof.
 *
 * A node is never named without an event about it in that time.
 */
export function blamer(
  events: readonly RehearsalEvent[],
  ceased: (outage: Interruption) => readonly CeasedTarget[] = () => [],
): (outage: Interruption) => Blame {
  const ordered = inOrder(events);
  const homes = homesOf(ordered);
  return (outage) => {
    const { startMs } = outage;
    const before = ordered.filter((event) => eventMs(event) <= startMs + SEEN_LATE_MS);
    const phase = phaseAt(before, startMs);
    const near = before.filter((event) => isRoll(event) && eventMs(event) >= startMs - FORGET_MS);
    const targets = ceased(outage);
    for (const target of targets) {
      const found = byTarget(target, near, homes, startMs);
      if (found !== null) return { ...nobody, pods: evictedFrom(found.node, before), ...found };
    }
    const cause = near.filter(touchesNode).at(-1);
    if (cause === undefined) return { ...nobody, phase, target: targets[0]?.name ?? null };
    const node = nodeOf(cause)!;
    return {
      phase: cause.phase,
      node,
      pod: null,
      target: targets[0]?.name ?? null,
      doing: doing[cause.kind] ?? cause.message,
      evidence: `node ${node} ${doing[cause.kind] ?? cause.message} ${when(cause, startMs)}; ${
        targets[0] === undefined
          ? "no target points to it"
          : `that target ${targets[0].name} ceased to answer then is not told by any event`
      }`,
      confidence: "by time",
      pods: evictedFrom(node, before),
    };
  };
}

type Found = Omit<Blame, "pods">;

/** What speaks against the pod behind a target; `null` when nothing does. */
function byTarget(
  target: CeasedTarget,
  near: readonly RehearsalEvent[],
  homes: ReadonlyMap<string, Home>,
  startMs: number,
): Found | null {
  const own = podEvent(target.name, near);
  const home = homes.get(target.name);
  const pod = own?.event.pod ?? home?.pod ?? null;
  const lived = own?.event.node ?? home?.node ?? null;
  const touches = near.filter((event) => touchesNode(event) && nodeOf(event) === lived);
  // A cordon is seen a little after kops says that it drains, and that the drain is over comes of the pod's end.
  const telling = touches.filter(({ kind }) => kind !== "node-cordoned");
  const touch = telling.findLast((event) => eventMs(event) <= startMs) ?? telling.at(-1) ?? touches.at(-1);
  // Where it lived long ago is no evidence against the node.
  const node = own?.event.node ?? (touch === undefined ? null : lived);
  const cause = own?.event ?? touch;
  if (cause === undefined) return null;
  const what = touch === undefined ? null : (doing[touch.kind] ?? touch.message);
  const ceasedText = target.back
    ? "answered nothing while it lasted"
    : `gave its last answer ${distance(startMs - target.lastMs)}`;
  const why =
    own === null
      ? `the node ${what} ${when(cause, startMs)}`
      : `it ${own.what} ${when(cause, startMs)}${what === null ? "" : `, ${meanwhile("the node", what)}`}`;
  const name = pod === null ? `target ${target.name}` : `pod ${pod}`;
  return {
    phase: cause.phase,
    node,
    pod,
    target: target.name,
    doing: what,
    evidence: `${name}${node === null ? "" : ` on node ${node}`} ${ceasedText}; ${why}`,
    confidence: "by target",
  };
}

interface Home {
  readonly pod: string;
  readonly node: string | null;
}

/** The last thing that events say of where each pod lives; targets go by the pod's bare name. */
function homesOf(events: readonly RehearsalEvent[]): Map<string, Home> {
  const homes = new Map<string, Home>();
  for (const event of events) {
    const name = podName(event);
    if (name === undefined) continue;
    homes.set(name, { pod: event.pod!, node: event.node ?? homes.get(name)?.node ?? null });
  }
  return homes;
}

const podName = (event: RehearsalEvent): string | undefined => event.pod?.split("/").at(-1);

function phaseAt(before: readonly RehearsalEvent[], startMs: number): Phase | null {
  const begun = before.filter((event) => eventMs(event) <= startMs);
  return (begun.filter(isRoll).at(-1) ?? begun.at(-1))?.phase ?? null;
}

function evictedFrom(node: string | null, before: readonly RehearsalEvent[]): string[] {
  if (node === null) return [];
  const pods = before
    .filter((event) => event.kind === "pod-evicted" && nodeOf(event) === node && event.pod !== undefined)
    .map((event) => event.pod!);
  return [...new Set(pods)];
}

/** `1.2 s before it began`; what is dated later was seen late. */
function when(event: RehearsalEvent, startMs: number): string {
  const sinceMs = startMs - eventMs(event);
  return Math.round(sinceMs) >= 0 ? distance(sinceMs) : `(seen ${distance(sinceMs)})`;
}

function distance(sinceMs: number): string {
  if (Math.round(sinceMs) === 0) return "as it began";
  return `${span(Math.abs(sinceMs))} ${sinceMs > 0 ? "before" : "after"} it began`;
}

/** `while node i-1 was being drained`, `after node i-1 had been drained`. */
export const meanwhile = (subject: string, what: string): string =>
  `${what.startsWith("had been ") ? "after" : "while"} ${subject} ${what}`;

/** What happened to a pod that can end its answers: that it was told to stop is nearest to its end. */
function podEvent(target: string, near: readonly RehearsalEvent[]): { event: RehearsalEvent; what: string } | null {
  const last = (kind: EventKind): RehearsalEvent | undefined =>
    near.filter((event) => event.kind === kind && podName(event) === target).at(-1);
  const evicted = last("pod-evicted");
  const stopped = last("pod-terminating") ?? evicted;
  if (stopped !== undefined) {
    // An eviction that was asked for may have been refused, and the pod deleted.
    const deleted = / was deleted/.test(stopped.message);
    return {
      event: stopped,
      what: deleted ? "was deleted" : evicted === undefined ? "was told to stop" : "was evicted",
    };
  }
  const left = last("endpoint-removed");
  return left === undefined ? null : { event: left, what: "left its Service" };
}

const doing: Partial<Record<EventKind, string>> = {
  "node-cordoned": "was cordoned",
  "node-draining": "was being drained",
  "node-drained": "had been drained",
  "eviction-refused": "was being drained",
  "drain-waiting": "was being drained",
  "instance-detached": "was detached from its group",
  "instance-terminating": "was being terminated",
  "instance-terminated": "had been terminated",
  "node-not-ready": "was not ready",
  "node-removed": "had been removed",
};
