import { blamer, meanwhile } from "./blame.ts";
import type { Blame } from "./blame.ts";
import { ceasedTargets } from "./ceased.ts";
import { findBlockers } from "./blockers.ts";
import { decide } from "./decide.ts";
import { weigh } from "./evidence.ts";
import type { Interruption } from "./interruptions.ts";
import type { ClusterHabit } from "./outages.ts";
import { limits } from "./limits.ts";
import type { JudgeInput } from "./judge-input.ts";
import { look } from "./look.ts";
import { forecast } from "./schedule.ts";
import { eventMs, isRoll } from "./steps.ts";
import type { Outage, Verdict } from "./verdict-schema.ts";
import { unansweredIn } from "./unanswered.ts";
import { count, span } from "./words.ts";

export type { JudgeInput } from "./judge-input.ts";

/**
 * Says what the two runs, the roll and the checks amount to. The same input always gives the same verdict; nothing is read
 * from the clock or from outside.
 *
 * @throws RangeError when an interval is no duration or a sample lies outside of any run's reach
 */
export function judge(input: JudgeInput): Verdict {
  const { config } = input;
  const { measured, interruptions, latency, sight, detection, canary, upgrade } = look(input);
  const blame = blamer(input.events, ceasedTargets(upgrade));
  const unanswered = (outage: Interruption): number =>
    unansweredIn(upgrade, habitsHit(outage, interruptions.upgrade), outage, measured.baseline.p50Ms ?? 0).lengthMs;
  const longest = { baseline: longestOf(interruptions.baseline), upgrade: longestOf(interruptions.upgrade) };
  const evidence = weigh(
    { ...measured, latency, objectives: config.objectives },
    longest,
    interruptionText(interruptions.upgrade, blame),
  );
  const blockers = input.roll.ok ? [] : findBlockers(input.events);
  const { verdict, reasons } = decide({
    input,
    evidence,
    blockers,
    measured,
    soundFaults: [...sight.baseline.faults, ...sight.upgrade.faults, ...coverageFaults(input)],
    canary: canary.upgrade,
    limits: { failingMs: detection.totalMs, silenceMs: detection.other.silenceMs },
  });

  // Evident ones first, then by length.
  const listed = [...interruptions.upgrade].sort(
    (a, b) => Number(b.evident) - Number(a.evident) || lengthOf(b) - lengthOf(a),
  );
  return {
    version: 1,
    run: input.run,
    createdAt: input.createdAt,
    verdict,
    reasons,
    clusterName: config.clusterName,
    fromVersion: config.fromVersion,
    toVersion: config.toVersion,
    intervals: { controlPlane: config.intervals.controlPlane, node: config.intervals.node },
    ...measured,
    outages: listed
      .slice(0, limits.maxOutages)
      .sort((a, b) => a.startMs - b.startMs || (a.habit < b.habit ? -1 : 1))
      .map((outage) => describeOutage(outage, blame(outage), unanswered(outage))),
    outagesOmitted: Math.max(0, listed.length - limits.maxOutages),
    detectionLimitMs: detection.totalMs,
    detection: detection.other,
    latency,
    canary,
    objectives: { ...config.objectives },
    roll: { ok: input.roll.ok, error: input.roll.error ?? null, seconds: rollSeconds(input), blockers },
    upgradeLanded: input.landed,
    checklist: input.checklist,
    schedule: forecast({ nodes: config.productionNodes, intervals: config.intervals, events: input.events }),
    fidelity: config.fidelity ?? null,
  };
}

const lengthOf = (outage: Interruption): number => outage.endMs - outage.startMs;

/** The habits that were interrupted then: an outage of the service shows on both, and both together date it better. */
const habitsHit = (outage: Interruption, all: readonly Interruption[]): ReadonlySet<ClusterHabit> =>
  new Set([
    outage.habit,
    ...all
      .filter(({ startMs, endMs }) => 2 * overlapMs(outage, startMs, endMs) >= lengthOf(outage))
      .map(({ habit }) => habit),
  ]);

const overlapMs = (outage: Interruption, startMs: number, endMs: number): number =>
  Math.min(outage.endMs, endMs) - Math.max(outage.startMs, startMs);

const longestOf = (outages: readonly Interruption[]): number =>
  outages.reduce((longest, outage) => (outage.evident ? Math.max(longest, lengthOf(outage)) : longest), 0);

function interruptionText(all: readonly Interruption[], blame: (outage: Interruption) => Blame): string {
  const outages = all.filter((outage) => outage.evident);
  if (outages.length === 0) return "no interruption";
  const longest = outages.reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
  const when = causeText(blame(longest));
  const kind = longest.total ? "" : ` with ${longest.failed + longest.stalled} of ${longest.requests} requests bad`;
  const length = span(lengthOf(longest));
  return outages.length === 1
    ? `1 interruption of ${length}${kind} over ${longest.habit} connections${when}`
    : `${count(outages.length, "interruption")}, the longest of ${length}${kind} over ${longest.habit} connections${when}`;
}

function causeText({ node, pod, target, phase, doing, pods, evidence, confidence }: Blame): string {
  if (confidence === "by target") return `: ${evidence ?? pod ?? target ?? ""}`;
  if (node !== null) {
    const evicted = pods.length > 0 ? ` (evicted from it: ${pods.slice(0, 3).join(", ")})` : "";
    return `, ${meanwhile(`node ${node}`, doing ?? "was touched")}${evicted}`;
  }
  return phase === null ? "" : `, in phase ${phase}`;
}

function describeOutage(outage: Interruption, cause: Blame, unansweredMs: number): Outage {
  return {
    start: new Date(outage.startMs).toISOString(),
    durationMs: Number(lengthOf(outage).toFixed(1)),
    unansweredMs: Number(unansweredMs.toFixed(1)),
    kind: outage.total ? "total" : "partial",
    requests: outage.requests,
    failedRequests: outage.failed,
    stalledRequests: outage.stalled,
    habit: outage.habit,
    outcome: outage.outcome,
    phase: cause.phase,
    node: cause.node,
    pod: cause.pod,
    target: cause.target,
    doing: cause.doing,
    evidence: cause.evidence,
    confidence: cause.confidence,
    evident: outage.evident,
  };
}

const rollTimes = (input: JudgeInput): number[] => input.events.filter(isRoll).map(eventMs);

function rollSeconds(input: JudgeInput): number {
  const times = rollTimes(input);
  return times.length === 0 ? 0 : Math.round((Math.max(...times) - Math.min(...times)) / 1000);
}

/** The load must start before kops does and end after it: what nobody looked at cannot be called safe. */
function coverageFaults(input: JudgeInput): string[] {
  const times = input.events.filter((event) => isRoll(event) && event.phase !== "settle").map(eventMs);
  if (times.length === 0) return [];
  const faults: string[] = [];
  const { startMs, endMs } = input.upgrade;
  if (Math.min(...times) < startMs) faults.push("the upgrade began before its load did");
  if (Math.max(...times) > endMs)
    faults.push(`the load ended ${span(Math.max(...times) - endMs)} before the upgrade did`);
  return faults;
}
