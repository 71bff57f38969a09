import { answered } from "./answered.ts";
import { findInterruptions, leastSilence, requestsToSee, usualRatios } from "./interruptions.ts";
import type { Interruption } from "./interruptions.ts";
import type { JudgeInput } from "./judge-input.ts";
import { compareLatency } from "./latency.ts";
import { limits } from "./limits.ts";
import { measurer, pooledP99 } from "./measurement.ts";
import type { BadnessRule } from "./outages.ts";
import { scan, viewRun } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import { sightOf } from "./soundness.ts";
import type { Sight } from "./soundness.ts";
import type { CanaryReport, Measurement, Verdict } from "./verdict-schema.ts";
import { windowCutter, windowLength } from "./windows.ts";

type Both<T> = Readonly<Record<"baseline" | "upgrade", T>>;

/** All that the samples of the two runs show; what it amounts to is for others to say. */
export interface Seen {
  readonly measured: Both<Measurement>;
  readonly interruptions: Both<readonly Interruption[]>;
  readonly latency: Verdict["latency"];
  readonly sight: Both<Sight>;
  readonly canary: Both<CanaryReport>;
  /** The upgrade itself, for a closer look. */
  readonly upgrade: RunView;
  readonly detection: { readonly totalMs: number; readonly other: Verdict["detection"] };
}

/** Looks at both runs, in a few passes over each. */
export function look({
  config,
  events,
  ...runs
}: Pick<JudgeInput, "config" | "events" | "baseline" | "upgrade">): Seen {
  const warmupMs = config.load.warmupSeconds * 1000;
  const baseline = viewRun(runs.baseline, warmupMs, null);
  // The upgrade's canary is judged by the baseline's: a tester that is slow throughout must not set its own mark.
  const upgrade = viewRun(runs.upgrade, warmupMs, baseline.canary.stallMs);

  const measure = { baseline: measurer(), upgrade: measurer() };
  const answers = answered(baseline.columns);
  scan(baseline, [measure.baseline.visit, answers.visit]);
  const usual = measure.baseline.finish(runs.baseline.droppedIterations);
  const stallMs = Math.max(limits.stallMs, limits.stallTimesP99 * (usual.p99Ms ?? 0));
  const edgeMs = usual.p99Ms ?? 0;
  const windowMs = Math.max(windowOf(baseline), windowOf(upgrade));
  const cut = {
    baseline: windowCutter(baseline, windowMs, stallMs),
    upgrade: windowCutter(upgrade, windowMs, stallMs),
  };
  const pool = { baseline: pooledP99(baseline, stallMs), upgrade: pooledP99(upgrade, stallMs) };
  const ratios = usualRatios(stallMs);
  scan(baseline, [cut.baseline.visit, pool.baseline.visit, ratios.visit]);
  const badness = { stallMs, edgeMs, usualRatio: ratios.finish() };
  const silence = leastSilence(baseline, edgeMs);
  const shortest = { total: limits.silenceMs, partial: limits.partialSilenceMs, quietShare: limits.quietShare };
  const interruptions = {
    baseline: findInterruptions(baseline, { ...badness, silence: shortest }),
    upgrade: findInterruptions(upgrade, { ...badness, silence }, [
      measure.upgrade.visit,
      cut.upgrade.visit,
      pool.upgrade.visit,
    ]),
  };

  const measured = { baseline: usual, upgrade: measure.upgrade.finish(runs.upgrade.droppedIterations) };
  const windows = { baseline: cut.baseline.finish(), upgrade: cut.upgrade.finish() };
  const sight = (name: "baseline" | "upgrade", view: RunView): Sight =>
    sightOf(name, view, {
      measured: measured[name],
      windows: windows[name].cluster.length,
      // Of the upgrade, which pods there are changes all the time.
      answered: name === "baseline" ? answers.finish() : new Set(),
    });
  const pooled = { baseline: pool.baseline.finish(), upgrade: pool.upgrade.finish() };
  const { detectable, ...compared } = compareLatency(windows.baseline, windows.upgrade, events);
  const limit = detectionOf(upgrade, badness.usualRatio, stallMs);
  return {
    upgrade,
    measured,
    interruptions,
    sight: { baseline: sight("baseline", baseline), upgrade: sight("upgrade", upgrade) },
    latency: {
      ...compared,
      pooledP99: {
        baselineMs: pooled.baseline.clusterMs,
        upgradeMs: pooled.upgrade.clusterMs,
        canaryBaselineMs: pooled.baseline.canaryMs,
        canaryUpgradeMs: pooled.upgrade.canaryMs,
        noiseMs: Number(pooled.baseline.spreadMs.toFixed(3)),
      },
    },
    canary: { baseline: reportOf(baseline, measured.baseline), upgrade: reportOf(upgrade, measured.upgrade) },
    detection: {
      totalMs: limit.totalMs,
      other: {
        partialMs: limit.partialMs,
        stallMs: Math.round(stallMs),
        silenceMs: silenceSeenFrom(upgrade, silence.total, 1),
        partialSilenceMs: silenceSeenFrom(upgrade, silence.partial, TARGETS),
        ...detectable,
      },
    },
  };
}

const requestsOf = ({ spacing }: RunView): number => spacing.fresh.requests + spacing.kept.requests;

const windowOf = (view: RunView): number => windowLength(requestsOf(view), view.toMs - view.fromMs);

function reportOf(view: RunView, measured: Measurement): CanaryReport {
  return {
    ...view.canary.report,
    excludedRequests: requestsOf(view) - measured.requests,
    excludedFailures: view.spacing.fresh.failed + view.spacing.kept.failed - measured.failed,
  };
}

/**
 * From which length on an interruption is evident, wherever it begins: a habit sends as many requests in it as that takes,
 * and at least two. The habit that takes longer counts.
 */
function detectionOf(
  { spacing }: RunView,
  usual: BadnessRule["usualRatio"],
  stallMs: number,
): { totalMs: number; partialMs: number } {
  const needs = (["fresh", "kept"] as const).map((habit) => {
    const { medianMs, requests } = spacing[habit];
    const { total, partial } = requestsToSee(usual[habit].most, requests);
    return { totalMs: Math.max(2, total) * medianMs, partialMs: partial * medianMs };
  });
  const longest = (of: (need: (typeof needs)[number]) => number): number => Math.max(...needs.map(of));
  if (longest(({ totalMs }) => totalMs) === 0) return { totalMs: Math.round(stallMs), partialMs: Math.round(stallMs) };
  return {
    totalMs: Math.ceil(longest(({ totalMs }) => totalMs)),
    partialMs: Math.ceil(longest(({ partialMs }) => partialMs)),
  };
}

/** As in the detection limit: the service has three targets. */
const TARGETS = 3;

/**
 * From which length on a silence is reported, wherever it begins: its first request comes up to an inter-arrival late, and some
 * must wait in it. Each target gets its share of the requests.
 */
function silenceSeenFrom({ spacing }: RunView, leastMs: number, targets: number): number {
  const gapMs = targets * Math.max(spacing.fresh.medianMs, spacing.kept.medianMs);
  return Math.ceil(Math.max(leastMs + gapMs, (limits.silentRequests + 1) * gapMs));
}
