import { blamer } from "./blame.ts";
import type { Blame } from "./blame.ts";
import { ceasedTargets } from "./ceased.ts";
import type { Interruption } from "./ceased.ts";
import { findBlockers } from "./blockers.ts";
import { decide } from "./decide.ts";
import { exceeds, weigh } from "./evidence.ts";
import { compareLatency, latencyWindows, windowLength } from "./latency.ts";
import { limits } from "./limits.ts";
import type { JudgeInput } from "./judge-input.ts";
import { measure, p99Spread, pooledP99 } from "./measurement.ts";
import { findOutages, usualRatios } from "./outages.ts";
import type { SeenOutage } from "./outages.ts";
import { viewRun } from "./run-view.ts";
import { forecast } from "./schedule.ts";
import { sightOf } from "./soundness.ts";
import { eventMs, isRoll } from "./steps.ts";
import type { Outage, Verdict } from "./verdict-schema.ts";
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
  const warmupMs = config.load.warmupSeconds * 1000;
  const baseline = viewRun(input.baseline, warmupMs, null);
  // The upgrade's canary is judged by the baseline's: a tester that is slow throughout must not set its own mark.
  const upgrade = viewRun(input.upgrade, warmupMs, baseline.canary.stallMs);
  const measured = { baseline: measure(baseline), upgrade: measure(upgrade) };

  const usualP99 = measured.baseline.p99Ms ?? 0;
  const stallMs = Math.max(limits.stallMs, limits.stallTimesP99 * usualP99);
  const rule = { stallMs, edgeMs: limits.edgeTimesP99 * usualP99, usualRatio: usualRatios(baseline, stallMs) };
  const outages = { baseline: findOutages(baseline, rule), upgrade: findOutages(upgrade, rule) };

  const sight = {
    baseline: sightOf("baseline", baseline, measured.baseline),
    upgrade: sightOf("upgrade", upgrade, measured.upgrade),
  };
  const detection = detectionOf(sight.upgrade.interArrivalMs, stallMs);
  const windowMs = Math.max(
    windowLength(measured.baseline.requests, baseline.toMs - baseline.fromMs),
    windowLength(measured.upgrade.requests, upgrade.toMs - upgrade.fromMs),
  );
  const compared = compareLatency(
    latencyWindows(baseline, windowMs, stallMs),
    latencyWindows(upgrade, windowMs, stallMs),
    input.events,
  );
  const pooled = { baseline: pooledP99(baseline, stallMs), upgrade: pooledP99(upgrade, stallMs) };
  const latency = {
    ...compared,
    pooledP99: {
      baselineMs: pooled.baseline.cluster,
      upgradeMs: pooled.upgrade.cluster,
      canaryBaselineMs: pooled.baseline.canary,
      canaryUpgradeMs: pooled.upgrade.canary,
      noiseMs: Number(p99Spread(baseline, stallMs).toFixed(3)),
    },
    parts: compared.parts.filter((part) => exceeds(part, config.objectives, 1)),
  };

  const blame = blamer(input.events, ceasedTargets(upgrade));
  const longest = { baseline: longestOf(outages.baseline), upgrade: longestOf(outages.upgrade) };
  const evidence = weigh(
    { ...measured, latency, objectives: config.objectives, detectionLimitMs: detection.totalMs },
    longest,
    interruptionText(outages.upgrade, blame),
  );
  const blockers = input.roll.ok ? [] : findBlockers(input.events);
  const { verdict, reasons } = decide({
    input,
    evidence,
    blockers,
    measured,
    soundFaults: [...sight.baseline.faults, ...sight.upgrade.faults, ...coverageFaults(input)],
    canarySeen: upgrade.canary.report.requests > 0,
    detectionMs: detection.totalMs,
  });

  const listed = [...outages.upgrade].sort((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs));
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
      .map((outage) => describeOutage(outage, blame(outage))),
    outagesOmitted: Math.max(0, listed.length - limits.maxOutages),
    detectionLimitMs: detection.totalMs,
    detection: { partialMs: detection.partialMs, stallMs: Math.round(stallMs) },
    latency,
    canary: { baseline: baseline.canary.report, upgrade: upgrade.canary.report },
    objectives: { ...config.objectives },
    roll: { ok: input.roll.ok, error: input.roll.error ?? null, seconds: rollSeconds(input), blockers },
    upgradeLanded: input.landed,
    checklist: input.checklist,
    schedule: forecast({ nodes: config.productionNodes, intervals: config.intervals, events: input.events }),
  };
}

/**
 * Two inter-arrivals of the slower habit are hit by at least one request, wherever they begin. With one target of three
 * failing, the first failure comes within 17 requests 999 times in 1,000: (2/3)^17 = 0.001.
 */
function detectionOf(interArrivalMs: number, stallMs: number): { totalMs: number; partialMs: number } {
  if (interArrivalMs === 0) return { totalMs: Math.round(stallMs), partialMs: Math.round(stallMs) };
  return { totalMs: Math.ceil(2 * interArrivalMs), partialMs: Math.ceil(17 * interArrivalMs) };
}

const longestOf = (outages: readonly SeenOutage[]): number =>
  outages.reduce((longest, outage) => Math.max(longest, outage.endMs - outage.startMs), 0);

function interruptionText(outages: readonly SeenOutage[], blame: (outage: Interruption) => Blame): string {
  if (outages.length === 0) return "no interruption";
  const longest = outages.reduce((a, b) => (b.endMs - b.startMs > a.endMs - a.startMs ? b : a));
  const when = causeText(blame(longest));
  const kind = longest.total ? "" : ` with ${longest.failed + longest.stalled} of ${longest.requests} requests bad`;
  const length = span(longest.endMs - longest.startMs);
  return outages.length === 1
    ? `1 interruption of ${length}${kind} over ${longest.habit} connections${when}`
    : `${count(outages.length, "interruption")}, the longest of ${length}${kind} over ${longest.habit} connections${when}`;
}

function causeText({ node, pod, target, phase, doing, pods, evidence, confidence }: Blame): string {
  if (confidence === "by target") return `: ${evidence ?? pod ?? target ?? ""}`;
  if (node !== null) {
    const evicted = pods.length > 0 ? ` (evicted from it: ${pods.slice(0, 3).join(", ")})` : "";
    return `, while node ${node} ${doing}${evicted}`;
  }
  return phase === null ? "" : `, in phase ${phase}`;
}

function describeOutage(outage: SeenOutage, cause: Blame): Outage {
  return {
    start: new Date(outage.startMs).toISOString(),
    durationMs: Number((outage.endMs - outage.startMs).toFixed(1)),
    kind: outage.total ? "total" : "partial",
    requests: outage.requests,
    failedRequests: outage.failed,
    stalledRequests: outage.stalled,
    habit: outage.habit === "kept" ? "kept" : "fresh",
    outcome: outage.outcome,
    phase: cause.phase,
    node: cause.node,
    pod: cause.pod,
    target: cause.target,
    doing: cause.doing,
    evidence: cause.evidence,
    confidence: cause.confidence,
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
