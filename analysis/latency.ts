import { Comparison } from "./comparison.ts";
import type { Channel, Part } from "./comparison.ts";
import { STRETCH_WINDOWS } from "./contrast.ts";
import type { RehearsalEvent } from "./events.ts";
import { limits } from "./limits.ts";
import { describeStep, nodeSteps } from "./steps.ts";
import type { LatencyShift, Verdict } from "./verdict-schema.ts";
import type { LatencyWindows } from "./windows.ts";

/** How the latency of the upgrade differs from the baseline's. */
export interface ComparedLatency extends Pick<Verdict["latency"], "p50" | "p99" | "parts"> {
  /** A rise by this for half a minute would have been found, in ms; null when it would take too much. */
  readonly detectable: Pick<Verdict["detection"], "p95RiseMs" | "p99RiseMs" | "tailRiseMs">;
}

const level = (percentile: Channel["percentile"]): Channel => ({
  percentile,
  against: "baseline",
  figure: (window) => window[percentile],
  widened: limits.laterSpread,
});
const tail = (percentile: "p95" | "p99"): Channel => ({
  percentile,
  against: "median",
  figure: (window) => window[percentile] / window.p50,
  widened: 1,
});
const step: Channel = {
  percentile: "p95",
  against: "surroundings",
  figure: ({ p50, p95 }) => Math.sqrt(p50 * p95),
  widened: 1,
};

/**
 * Compares the latency of two runs on windows of a second, in three ways, for a service is never quite still:
 *
 * - its level against the baseline's, of p50, p95 and p99: for the whole upgrade, each node's turn and every half minute, as a
 *   long roll dilutes a short pain;
 * - its tail against its own median, p95 and p99: what slows the slowest requests down only shows there, however the level
 *   of all of them wanders;
 * - each half minute against what the seconds around it foretell, p50 and p95 together: a wandering level has no edges.
 *
 * Each is held against what parts of the baseline differ by in the same way, corrected for the number of comparisons, and
 * what the canary rose by is taken off. p95 is the steadier one: ten of the 200 requests of a second lie beyond it.
 */
export function compareLatency(
  baseline: LatencyWindows,
  upgrade: LatencyWindows,
  events: readonly RehearsalEvent[],
): ComparedLatency {
  const { whole, turns, stretches } = partsOf(upgrade, events);
  // Stretches overlap: there are fewer independent ones.
  const independent = Math.ceil((2 * upgrade.cluster.length) / STRETCH_WINDOWS);
  const comparisons = 3 * (1 + turns.length + independent);
  const compare = (channel: Channel): Comparison =>
    new Comparison(
      channel,
      baseline,
      upgrade,
      comparisons * (channel.against === "surroundings" ? limits.strictnessAround : 1),
    );
  const [p50, p95, p99] = [compare(level("p50")), compare(level("p95")), compare(level("p99"))];
  const [tail95, tail99, steps] = [compare(tail("p95")), compare(tail("p99")), compare(step)];
  const parts = [whole, ...turns, ...stretches];
  return {
    p50: p50.shift(whole),
    p99: p99.shift(whole),
    parts: worstOf(
      [p95, p99, tail95, tail99]
        .flatMap((comparison) => parts.map((part) => ({ comparison, part })))
        .concat(stretches.map((part) => ({ comparison: steps, part }))),
    ),
    detectable: {
      p95RiseMs: lowest(p95.detectable(), steps.detectable()),
      p99RiseMs: lowest(p99.detectable()),
      tailRiseMs: lowest(tail95.detectable()),
    },
  };
}

function lowest(...rises: (number | undefined)[]): number | null {
  const known = rises.filter((rise) => rise !== undefined);
  return known.length === 0 ? null : Number(Math.min(...known).toFixed(3));
}

/** The real rises, the most certain first; of those that overlap, only that. In order of time. */
function worstOf(pairs: readonly { readonly comparison: Comparison; readonly part: Part }[]): LatencyShift[] {
  const candidates = pairs
    .map((pair) => ({ ...pair, p: pair.comparison.p(pair.part) }))
    .filter(({ p }) => p < limits.latencySignificance)
    .sort((a, b) => a.p - b.p || a.part.fromMs - b.part.fromMs);
  const chosen: { part: Part; shift: LatencyShift }[] = [];
  for (const { comparison, part } of candidates) {
    if (chosen.some((other) => other.part.fromMs < part.toMs && part.fromMs < other.part.toMs)) continue;
    const shift = comparison.shift(part);
    if (shift?.real === true) chosen.push({ part, shift });
  }
  return chosen.sort((a, b) => a.part.fromMs - b.part.fromMs).map(({ shift }) => shift);
}

function partsOf(upgrade: LatencyWindows, events: readonly RehearsalEvent[]) {
  const whole: Part = { label: "the whole upgrade", fromMs: -Infinity, toMs: Infinity };
  const turns = nodeSteps(events).map((step): Part => ({
    label: describeStep(step),
    fromMs: step.startMs,
    toMs: step.endMs,
  }));
  const stretches: Part[] = [];
  const first = upgrade.cluster[0]?.startMs ?? 0;
  const last = upgrade.cluster.at(-1)?.startMs ?? 0;
  const lengthMs = STRETCH_WINDOWS * upgrade.windowMs;
  for (let fromMs = first; fromMs + lengthMs <= last + upgrade.windowMs; fromMs += upgrade.windowMs) {
    const seconds = Math.round((fromMs - first) / 1000);
    stretches.push({
      label: `the ${Math.round(lengthMs / 1000)} s that began ${seconds} s after the warm-up`,
      fromMs,
      toMs: fromMs + lengthMs,
    });
  }
  return { whole, turns, stretches };
}
