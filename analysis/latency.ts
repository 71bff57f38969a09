import type { RehearsalEvent } from "./events.ts";
import { limits } from "./limits.ts";
import { Reference } from "./reference.ts";
import { describeStep, nodeSteps } from "./steps.ts";
import type { LatencyShift, Verdict } from "./verdict-schema.ts";
import type { LatencyWindows, Window } from "./windows.ts";

/** Fewer windows than this cannot be tested. */
const MIN_WINDOWS = 10;
/** Stretches of the upgrade that are judged on their own, in windows, and how far apart they start. */
const STRETCH_WINDOWS = 30;
const STRIDE_WINDOWS = 5;

type Percentile = "p50" | "p95" | "p99";

/** How the latency of the upgrade differs from the baseline's. */
export interface ComparedLatency extends Pick<Verdict["latency"], "p50" | "p99" | "parts"> {
  /** A rise by this for half a minute would have been found, in ms; null when it would take too much. */
  readonly detectable: Pick<Verdict["detection"], "p95RiseMs" | "p99RiseMs">;
}

/**
 * Compares the latency of two runs on windows: a rank test (its spread widened by how alike neighbouring windows of the
 * baseline are, its p-value corrected for the number of comparisons), the Hodges-Lehmann shift, the baseline's own noise
 * from holding its parts against each other, and what the canary rose by, which is taken off. The whole upgrade is compared,
 * each node's turn, and every half minute: a long roll dilutes a short pain. p95 is compared besides p99: what slows the tail
 * down raises both, and ten of the 200 requests of a second lie beyond p95, which is so much the steadier.
 */
export function compareLatency(
  baseline: LatencyWindows,
  upgrade: LatencyWindows,
  events: readonly RehearsalEvent[],
): ComparedLatency {
  if (baseline.cluster.length < MIN_WINDOWS || upgrade.cluster.length < MIN_WINDOWS)
    return { p50: null, p99: null, parts: [], detectable: { p95RiseMs: null, p99RiseMs: null } };
  const { turns, stretches } = partsOf(upgrade, events);
  // Stretches overlap: there are fewer independent ones.
  const parts = turns.length + Math.ceil((2 * stretches.length * STRIDE_WINDOWS) / STRETCH_WINDOWS);
  const comparisons = 3 + 2 * parts;
  const p50 = new Comparison("p50", baseline, upgrade, comparisons);
  const p95 = new Comparison("p95", baseline, upgrade, comparisons);
  const p99 = new Comparison("p99", baseline, upgrade, comparisons);
  const whole = { label: "the whole upgrade", fromMs: -Infinity, toMs: Infinity };
  const detectable = ({ reference }: Comparison): number | null => {
    const significance = limits.latencySignificance / comparisons;
    const riseMs = reference.detectable(STRETCH_WINDOWS, significance, noticeable(reference.median));
    return riseMs === null ? null : round(riseMs);
  };
  const ofP99 = worstOf(p99, [...turns, ...stretches]);
  return {
    p50: p50.shift(whole),
    p99: p99.shift(whole),
    parts: ofP99.length > 0 ? ofP99 : worstOf(p95, [whole, ...turns, ...stretches]),
    detectable: { p95RiseMs: detectable(p95), p99RiseMs: detectable(p99) },
  };
}

/** A rise that is worth a word, in ms. */
const noticeable = (usualMs: number): number =>
  Math.max(limits.noticeableMs, (limits.noticeablePercent * usualMs) / 100);

interface Part {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One percentile of both runs. */
class Comparison {
  readonly reference: Reference;
  readonly #percentile: Percentile;
  readonly #upgrade: LatencyWindows;
  readonly #canary: Reference;
  readonly #comparisons: number;
  /** Sums of the scores of the windows before each. */
  readonly #scores: Float64Array;

  constructor(percentile: Percentile, baseline: LatencyWindows, upgrade: LatencyWindows, comparisons: number) {
    const values = (windows: readonly Window[]): number[] => windows.map((window) => window[percentile]);
    this.reference = new Reference(values(baseline.cluster));
    this.#canary = new Reference(values(baseline.canary));
    this.#percentile = percentile;
    this.#upgrade = upgrade;
    this.#comparisons = comparisons;
    this.#scores = new Float64Array(upgrade.cluster.length + 1);
    values(upgrade.cluster).forEach((value, i) => {
      this.#scores[i + 1] = this.#scores[i]! + this.reference.score(value);
    });
  }

  /** Corrected for the number of comparisons; 1 for a part with too few windows. */
  p(part: Part): number {
    const [from, to] = between(this.#upgrade.cluster, part);
    if (to - from < MIN_WINDOWS) return 1;
    const meanScore = (this.#scores[to]! - this.#scores[from]!) / (to - from);
    return Math.min(1, this.#comparisons * this.reference.p(meanScore, to - from));
  }

  shift(part: Part): LatencyShift | null {
    const during = this.#values(this.#upgrade.cluster, part);
    if (during.length < MIN_WINDOWS) return null;
    const p = this.p(part);
    const shiftMs = this.reference.shift(during);
    const canaryShiftMs = this.#canaryShift(part);
    // A baseline has too few long stretches to tell how far they lie apart.
    const noiseMs = this.reference.noise(Math.min(during.length, STRETCH_WINDOWS));
    const riseMs = shiftMs - limits.canaryFactor * canaryShiftMs;
    const real = p < limits.latencySignificance && riseMs > noiseMs && riseMs > noticeable(this.reference.median);
    return {
      percentile: this.#percentile,
      baselineMs: round(this.reference.median),
      shiftMs: round(shiftMs),
      canaryShiftMs: round(canaryShiftMs),
      noiseMs: round(noiseMs),
      p: Number(p.toPrecision(3)),
      windows: { baseline: this.reference.length, upgrade: during.length },
      real,
      where: part.label,
    };
  }

  /** What the canary's windows rose by, if they did beyond chance; in ms. */
  #canaryShift(part: Part): number {
    const during = this.#values(this.#upgrade.canary, part);
    if (this.#canary.length < MIN_WINDOWS || during.length < MIN_WINDOWS) return 0;
    const meanScore = during.reduce((sum, value) => sum + this.#canary.score(value), 0) / during.length;
    if (this.#canary.p(meanScore, during.length) > limits.canarySignificance) return 0;
    return Math.max(0, this.#canary.shift(during));
  }

  #values(windows: readonly Window[], part: Part): number[] {
    const [from, to] = between(windows, part);
    return windows.slice(from, to).map((window) => window[this.#percentile]);
  }
}

/** The real rises, the most certain first; of those that overlap, only that. In order of time. */
function worstOf(comparison: Comparison, parts: readonly Part[]): LatencyShift[] {
  const candidates = parts
    .map((part) => ({ part, p: comparison.p(part) }))
    .filter(({ p }) => p < limits.latencySignificance)
    .sort((a, b) => a.p - b.p || a.part.fromMs - b.part.fromMs);
  const chosen: { part: Part; shift: LatencyShift }[] = [];
  for (const { part } of candidates) {
    if (chosen.some((other) => other.part.fromMs < part.toMs && part.fromMs < other.part.toMs)) continue;
    const shift = comparison.shift(part);
    if (shift?.real === true) chosen.push({ part, shift });
  }
  return chosen.sort((a, b) => a.part.fromMs - b.part.fromMs).map(({ shift }) => shift);
}

function partsOf(upgrade: LatencyWindows, events: readonly RehearsalEvent[]): { turns: Part[]; stretches: Part[] } {
  const turns = nodeSteps(events).map((step) => ({
    label: describeStep(step),
    fromMs: step.startMs,
    toMs: step.endMs,
  }));
  const stretches: Part[] = [];
  const first = upgrade.cluster[0]?.startMs ?? 0;
  const last = upgrade.cluster.at(-1)?.startMs ?? 0;
  const lengthMs = STRETCH_WINDOWS * upgrade.windowMs;
  for (let fromMs = first; fromMs + lengthMs <= last + upgrade.windowMs; fromMs += STRIDE_WINDOWS * upgrade.windowMs) {
    const seconds = Math.round((fromMs - first) / 1000);
    stretches.push({
      label: `${Math.round(lengthMs / 1000)} s from ${seconds} s after the warm-up on`,
      fromMs,
      toMs: fromMs + lengthMs,
    });
  }
  return { turns, stretches };
}

/** The windows that begin within a part: from the first index up to, not including, the second. */
function between(windows: readonly Window[], part: Part): [number, number] {
  return [firstFrom(windows, part.fromMs), firstFrom(windows, part.toMs)];
}

function firstFrom(windows: readonly Window[], ms: number): number {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (windows[middle]!.startMs < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

const round = (ms: number): number => Number(ms.toFixed(3));
