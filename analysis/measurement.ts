import { build } from "hdr-histogram-js";
import { forEachJudged } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import { wilson95 } from "./statistics.ts";
import type { Measurement } from "./verdict-schema.ts";

/** Latencies are counted in steps of 10 us, up to an hour, with an error of 0.1 %. */
const STEPS_PER_MS = 100;
const HIGHEST = 3_600_000 * STEPS_PER_MS;

/** The percentages that `ab` prints. */
export const abPercents = [50, 66, 75, 80, 90, 95, 98, 99, 100] as const;

const newHistogram = () =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: HIGHEST, numberOfSignificantValueDigits: 3 });
const steps = (ms: number): number => Math.min(HIGHEST, Math.round(ms * STEPS_PER_MS));

/** p99 over all requests of a run and over all of its canary's, in ms; a failed request counts as a stall at least. */
export function pooledP99(view: RunView, stallMs: number): { cluster: number; canary: number } {
  const cluster = newHistogram();
  const canary = newHistogram();
  const { columns } = view;
  for (const row of view.rows) {
    if (view.canary.excluded(columns.dueMs(row))) continue;
    const durationMs = columns.durationMs(row);
    const counted = columns.ok(row) ? durationMs : Math.max(stallMs, durationMs);
    (columns.habit(row) === "canary" ? canary : cluster).recordValue(steps(counted));
  }
  const p99 = (histogram: typeof cluster): number => histogram.getValueAtPercentile(99) / STEPS_PER_MS;
  return { cluster: p99(cluster), canary: p99(canary) };
}

/** How far p99 moves between the quarters of a run on its own, in ms. */
export function p99Spread(view: RunView, stallMs: number): number {
  const quarterMs = (view.toMs - view.fromMs) / 4;
  const quarters = [0, 1, 2, 3].map((i) => {
    const [from, to] = [view.fromMs + i * quarterMs, view.fromMs + (i + 1) * quarterMs];
    const rows = view.rows.filter((row) => view.columns.dueMs(row) >= from && view.columns.dueMs(row) < to);
    return pooledP99({ ...view, rows }, stallMs).cluster;
  });
  return Math.max(...quarters) - Math.min(...quarters);
}

/** A run in the terms of `ab`: requests, failed, requests/s, percentiles. Percentiles are those of answered requests. */
export function measure(view: RunView): Measurement {
  const histogram = newHistogram();
  const failures: Record<string, number> = {};
  let requests = 0;
  let failed = 0;
  let maxMs = 0;
  let firstMs = Infinity;
  let lastMs = -Infinity;
  forEachJudged(view, (row, dueMs) => {
    requests += 1;
    firstMs = Math.min(firstMs, dueMs);
    lastMs = Math.max(lastMs, dueMs);
    if (!view.columns.ok(row)) {
      failed += 1;
      const outcome = view.columns.outcome(row);
      failures[outcome] = (failures[outcome] ?? 0) + 1;
      return;
    }
    const durationMs = view.columns.durationMs(row);
    maxMs = Math.max(maxMs, durationMs);
    histogram.recordValue(steps(durationMs));
  });
  const percentile = (p: number): number | null =>
    requests > failed ? histogram.getValueAtPercentile(p) / STEPS_PER_MS : null;
  return {
    requests,
    failed,
    errorRatio: requests === 0 ? 0 : failed / requests,
    errorRatioInterval95: wilson95(failed, requests),
    requestsPerSecond: requests > 1 ? Number((((requests - 1) * 1000) / Math.max(1, lastMs - firstMs)).toFixed(2)) : 0,
    p50Ms: percentile(50),
    p95Ms: percentile(95),
    p99Ms: percentile(99),
    maxMs: requests > failed ? Number(maxMs.toFixed(2)) : null,
    percentilesMs: Object.fromEntries(
      requests > failed ? abPercents.map((p) => [p, p === 100 ? Number(maxMs.toFixed(2)) : percentile(p)!]) : [],
    ),
    droppedIterations: view.run.droppedIterations,
    failures: Object.fromEntries(Object.entries(failures).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
