import { interruptions } from "../evident.ts";
import { eventMs, inOrder, isRoll, nodeSteps, type NodeStep } from "../steps.ts";
import type { RehearsalEvent } from "../events.ts";
import type { Verdict } from "../verdict-schema.ts";
import type { Attempt, Candidate, Spot } from "./attempt.ts";

/** What the last of these before an interruption says about where in a node's turn it began. */
const spotOf: Partial<Record<RehearsalEvent["kind"], Spot>> = {
  "node-cordoned": "drain",
  "node-draining": "drain",
  "pod-evicted": "drain",
  "node-drained": "termination",
  "instance-terminating": "termination",
  "instance-terminated": "termination",
  "node-removed": "termination",
  "validation-passed": "interval",
};

/** Events are dated when they are seen, a little after they happened. */
const seenLateMs = 500;

/** Boils the verdict on one roll down to what a search needs. */
export function summarise(
  verdict: Verdict,
  events: readonly RehearsalEvent[],
  candidate: Candidate,
  folder: string,
): Attempt {
  const ordered = inOrder(events).filter(isRoll);
  const first = firstOfInterest(ordered);
  const badMs = new Map<Spot, number>();
  let firstTurn = false;
  for (const outage of verdict.outages.filter(({ evident }) => evident)) {
    const startMs = Date.parse(outage.start);
    const spot = where(ordered, startMs);
    badMs.set(spot, (badMs.get(spot) ?? 0) + outage.durationMs);
    if (first !== undefined && startMs <= first.endMs) firstTurn = true;
  }
  const worst = [...badMs].sort(([, a], [, b]) => b - a)[0];
  const felt = interruptions(verdict);
  // A roll that went on only with help is UNSAFE for that, which no pause changes, whether it was felt or not.
  const helped = events.some(({ kind }) => kind === "unblocked");
  const disturbed =
    (!helped || felt.count > 0) &&
    (verdict.verdict === "UNSAFE" || verdict.verdict === "DEGRADED") &&
    verdict.roll.ok &&
    verdict.upgradeLanded.landed &&
    verdict.checklist.every(({ ok }) => ok);
  return {
    candidate,
    folder,
    verdict: verdict.verdict,
    disturbed,
    longestMs: felt.longest?.durationMs ?? 0,
    interruptions: felt.count,
    p99Ms: verdict.upgrade.p99Ms,
    failed: verdict.upgrade.failed,
    requests: verdict.upgrade.requests,
    spot: worst?.[0] ?? null,
    firstTurn,
    mirrorMinutes: Number((verdict.roll.seconds / 60).toFixed(1)),
    production: { minutes: verdict.schedule.minutes, low: verdict.schedule.low, high: verdict.schedule.high },
  };
}

/**
 * The first turn of a node that had pods beside those of kube-system: the control plane, which comes first, has none, and
 * its drain hurts nobody.
 */
function firstOfInterest(ordered: readonly RehearsalEvent[]): NodeStep | undefined {
  const steps = nodeSteps(ordered);
  const left = ordered.filter(
    ({ kind, pod }) =>
      (kind === "pod-evicted" || kind === "pod-terminating") && pod?.startsWith("kube-system/") === false,
  );
  const serving = (step: NodeStep): boolean =>
    left.some((event) => event.node === step.node && eventMs(event) >= step.startMs && eventMs(event) <= step.endMs);
  return steps.find(serving) ?? steps[0];
}

function where(ordered: readonly RehearsalEvent[], startMs: number): Spot {
  const before = ordered.filter((event) => eventMs(event) <= startMs + seenLateMs);
  const starved = before.some(
    (event) => event.kind === "warning" && /FailedScheduling/.test(event.message) && eventMs(event) >= startMs - 30_000,
  );
  if (starved) return "capacity";
  const last = before.findLast((event) => spotOf[event.kind] !== undefined);
  return last === undefined ? "unknown" : (spotOf[last.kind] ?? "unknown");
}
