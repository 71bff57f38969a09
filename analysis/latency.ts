import type { RehearsalEvent } from "./events.ts";
import { limits } from "./limits.ts";
import type { RunView } from "./run-view.ts";
import { autocorrelation, hodgesLehmann, mannWhitney, median } from "./statistics.ts";
import { describeStep, nodeSteps } from "./steps.ts";
import type { LatencyShift, Verdict } from "./verdict-schema.ts";

/** Fewer windows than this cannot be tested. */
const MIN_WINDOWS = 10;
/** Fewer requests than this in a window give no percentile. */
const MIN_PER_WINDOW = 20;
/** Parts that are judged on their own where no step of the roll is known, in windows, and how far apart they start. */
const PART_WINDOWS = 30;
const PART_STRIDE = 15;

interface Window {
  readonly startMs: number;
  readonly p50: number;
  readonly p99: number;
}

/** Percentiles of each second (or as long as {@link MIN_PER_WINDOW} requests take) of the cluster and of the canary. */
export interface LatencyWindows {
  readonly windowMs: number;
  readonly cluster: readonly Window[];
  readonly canary: readonly Window[];
}

/** @param stallMs what a failed request counts as at least: an error that comes quickly is not a quick answer */
export function latencyWindows(view: RunView, windowMs: number, stallMs: number): LatencyWindows {
  const cluster = new WindowCutter(view.fromMs, windowMs, MIN_PER_WINDOW);
  const canary = new WindowCutter(view.fromMs, windowMs, 1);
  const { columns } = view;
  for (const row of view.rows) {
    const dueMs = columns.dueMs(row);
    if (view.canary.excluded(dueMs)) continue;
    const durationMs = columns.durationMs(row);
    const counted = columns.ok(row) ? durationMs : Math.max(durationMs, stallMs);
    (columns.habit(row) === "canary" ? canary : cluster).see(dueMs, counted);
  }
  return { windowMs, cluster: cluster.finish(), canary: canary.finish() };
}

/** Window length for a run, in ms: a second, or as long as 50 requests take. */
export function windowLength(requests: number, spanMs: number): number {
  return requests === 0 ? 1000 : Math.max(1000, Math.ceil((50 * spanMs) / requests));
}

/**
 * Compares the latency of two runs on windows: a rank test (the spread widened by how alike neighbouring windows of the
 * baseline are, the p-value corrected for the number of comparisons), the Hodges-Lehmann shift, the baseline's own noise
 * from holding its parts against each other, and what the canary rose by, which is taken off.
 */
export function compareLatency(
  baseline: LatencyWindows,
  upgrade: LatencyWindows,
  events: readonly RehearsalEvent[],
): Pick<Verdict["latency"], "p50" | "p99" | "parts"> {
  if (baseline.cluster.length < MIN_WINDOWS || upgrade.cluster.length < MIN_WINDOWS)
    return { p50: null, p99: null, parts: [] };
  const parts = partsOf(upgrade, events);
  const noiseOf = noiseMeter();
  const comparisons = parts.length + 2;
  const whole = { label: "the whole upgrade", fromMs: -Infinity, toMs: Infinity };
  return {
    p50: shiftOf("p50", baseline, upgrade, whole, comparisons, noiseOf),
    p99: shiftOf("p99", baseline, upgrade, whole, comparisons, noiseOf),
    parts: parts
      .map((part) => shiftOf("p99", baseline, upgrade, part, comparisons, noiseOf))
      .filter((shift) => shift !== null)
      .filter((shift) => shift.real),
  };
}

interface Part {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

function shiftOf(
  percentile: "p50" | "p99",
  baseline: LatencyWindows,
  upgrade: LatencyWindows,
  part: Part,
  comparisons: number,
  noiseOf: NoiseMeter,
): LatencyShift | null {
  const before = baseline.cluster.map((window) => window[percentile]);
  const during = within(upgrade.cluster, part).map((window) => window[percentile]);
  if (during.length < MIN_WINDOWS) return null;
  const r = autocorrelation(before);
  const shiftMs = hodgesLehmann(before, during);
  const canaryBefore = baseline.canary.map((window) => window[percentile]);
  const canaryDuring = within(upgrade.canary, part).map((window) => window[percentile]);
  const canaryShiftMs =
    canaryBefore.length < MIN_WINDOWS || canaryDuring.length < MIN_WINDOWS
      ? 0
      : Math.max(0, hodgesLehmann(canaryBefore, canaryDuring));
  const noiseMs = noiseOf(percentile, before, during.length);
  const p = Math.min(1, comparisons * mannWhitney(before, during, (1 + r) / (1 - r)));
  return {
    baselineMs: round(median(before)),
    shiftMs: round(shiftMs),
    canaryShiftMs: round(canaryShiftMs),
    noiseMs: round(noiseMs),
    p: Number(p.toPrecision(3)),
    windows: { baseline: before.length, upgrade: during.length },
    real: p < limits.latencySignificance && shiftMs - canaryShiftMs > noiseMs,
    where: part.label,
  };
}

type NoiseMeter = (percentile: string, baseline: readonly number[], length: number) => number;

/**
 * The largest shift between a stretch of the baseline and the rest of it, for stretches as long as what is judged; most parts
 * of a roll are as long as each other, so it is remembered.
 */
function noiseMeter(): NoiseMeter {
  const known = new Map<string, number>();
  return (percentile, baseline, length) => {
    const stretch = Math.max(5, Math.min(length, Math.floor(baseline.length / 2)));
    const key = `${percentile} ${stretch}`;
    const noise = known.get(key) ?? stretchNoise(baseline, stretch);
    known.set(key, noise);
    return noise;
  };
}

function stretchNoise(values: readonly number[], stretch: number): number {
  let noise = 0;
  for (let start = 0; start + stretch <= values.length; start += stretch) {
    const rest = [...values.slice(0, start), ...values.slice(start + stretch)];
    if (rest.length > 0) noise = Math.max(noise, Math.abs(hodgesLehmann(rest, values.slice(start, start + stretch))));
  }
  return noise;
}

/** Each node's step, and the whole upgrade in stretches of half a minute: a long roll dilutes a short pain. */
function partsOf(upgrade: LatencyWindows, events: readonly RehearsalEvent[]): Part[] {
  const steps = nodeSteps(events).map((step) => ({
    label: describeStep(step),
    fromMs: step.startMs,
    toMs: step.endMs,
  }));
  const stretches: Part[] = [];
  const first = upgrade.cluster[0]?.startMs ?? 0;
  const last = upgrade.cluster.at(-1)?.startMs ?? 0;
  const lengthMs = PART_WINDOWS * upgrade.windowMs;
  for (let fromMs = first; fromMs + lengthMs <= last + upgrade.windowMs; fromMs += PART_STRIDE * upgrade.windowMs) {
    const seconds = Math.round((fromMs - first) / 1000);
    stretches.push({
      label: `${Math.round(lengthMs / 1000)} s from ${seconds} s after the warm-up on`,
      fromMs,
      toMs: fromMs + lengthMs,
    });
  }
  return [...steps, ...stretches].filter((part) => within(upgrade.cluster, part).length >= MIN_WINDOWS);
}

const within = (windows: readonly Window[], part: Part): Window[] =>
  windows.filter((window) => window.startMs >= part.fromMs && window.startMs < part.toMs);

const round = (ms: number): number => Number(ms.toFixed(3));

/** Collects durations in order of due time and closes a window when the next begins. */
class WindowCutter {
  readonly #fromMs: number;
  readonly #windowMs: number;
  readonly #least: number;
  #index = -1;
  #durations: number[] = [];
  #windows: Window[] = [];

  constructor(fromMs: number, windowMs: number, least: number) {
    this.#fromMs = fromMs;
    this.#windowMs = windowMs;
    this.#least = least;
  }

  see(dueMs: number, durationMs: number): void {
    const index = Math.floor((dueMs - this.#fromMs) / this.#windowMs);
    if (index !== this.#index) this.#cut(index);
    this.#durations.push(durationMs);
  }

  finish(): Window[] {
    this.#cut(-1);
    return this.#windows;
  }

  #cut(next: number): void {
    if (this.#durations.length >= this.#least) {
      const sorted = Float64Array.from(this.#durations).sort();
      const at = (p: number): number => sorted[Math.ceil(sorted.length * p) - 1]!;
      this.#windows.push({ startMs: this.#fromMs + this.#index * this.#windowMs, p50: at(0.5), p99: at(0.99) });
    }
    this.#durations = [];
    this.#index = next;
  }
}
