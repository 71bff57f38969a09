import type { Columns } from "../analysis/columns.ts";

/** A run in windows of equal length; all arrays have one entry a window. */
export interface RunSeries {
  readonly startMs: number;
  readonly windowMs: number;
  readonly requests: readonly number[];
  readonly failed: readonly number[];
  readonly canaryFailed: readonly number[];
  /** Of the answered requests to the cluster; `null` for a window without any. */
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

export interface ReportSeries {
  readonly baseline: RunSeries;
  readonly upgrade: RunSeries;
}

/** What a chart needs of a run; a `LoadRun` read into columns fits. */
export interface SeriesSource {
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: Columns;
}

/** A chart with more points than this is wider than any screen. */
const MOST_WINDOWS = 600;
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Cuts both runs into windows of the same length for the charts: a second, or as long as to make 600 windows at most. */
export function buildSeries(baseline: SeriesSource, upgrade: SeriesSource): ReportSeries {
  const longest = Math.max(baseline.endMs - baseline.startMs, upgrade.endMs - upgrade.startMs) / 1000;
  const windowMs = 1000 * (steps.find((step) => longest / step <= MOST_WINDOWS) ?? Math.ceil(longest / MOST_WINDOWS));
  return { baseline: cut(baseline, windowMs), upgrade: cut(upgrade, windowMs) };
}

function cut({ startMs, endMs, samples }: SeriesSource, windowMs: number): RunSeries {
  const count = Math.max(1, Math.ceil((endMs - startMs) / windowMs));
  const zeros = (): number[] => new Array<number>(count).fill(0);
  const [requests, failed, canaryFailed] = [zeros(), zeros(), zeros()];
  const windowOf = (row: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor((samples.dueMs(row) - startMs) / windowMs)));

  for (let row = 0; row < samples.length; row++) {
    const window = windowOf(row);
    const canary = samples.habit(row) === "canary";
    if (!canary) requests[window]! += 1;
    if (!samples.ok(row)) (canary ? canaryFailed : failed)[window]! += 1;
  }
  const offsets = zeros();
  for (let i = 1; i < count; i++) offsets[i] = offsets[i - 1]! + requests[i - 1]! - failed[i - 1]!;
  const durations = new Float32Array(offsets[count - 1]! + requests[count - 1]! - failed[count - 1]!);
  const next = [...offsets];
  for (let row = 0; row < samples.length; row++)
    if (samples.ok(row) && samples.habit(row) !== "canary") durations[next[windowOf(row)]!++] = samples.durationMs(row);
  const sorted = offsets.map((offset, i) => durations.subarray(offset, next[i]).sort());
  const percentile = (p: number): (number | null)[] =>
    sorted.map((values) => (values.length === 0 ? null : Number(values[Math.ceil(values.length * p) - 1]!.toFixed(2))));
  return { startMs, windowMs, requests, failed, canaryFailed, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}
