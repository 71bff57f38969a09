import { build } from "hdr-histogram-js";
import type { Histogram } from "hdr-histogram-js";
import type { Visitor } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import { wilson95 } from "./statistics.ts";
import type { Measurement } from "./verdict-schema.ts";

/** Latencies are counted in steps of 10 us, up to an hour, with an error of 0.1 %. */
const STEPS_PER_MS = 100;
const HIGHEST = 3_600_000 * STEPS_PER_MS;

/** The percentages that `ab` prints. */
export const abPercents = [50, 66, 75, 80, 90, 95, 98, 99, 100] as const;

const newHistogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: HIGHEST, numberOfSignificantValueDigits: 3 });
const steps = (ms: number): number => Math.min(HIGHEST, Math.round(ms * STEPS_PER_MS));
const percentileOf = (histogram: Histogram, p: number): number => histogram.getValueAtPercentile(p) / STEPS_PER_MS;

export interface PooledP99 {
  readonly clusterMs: number;
  readonly canaryMs: number;
  /** How far the cluster's moves between the quarters of the run on its own. */
  readonly spreadMs: number;
}

/** p99 over all requests of a run and over all of its canary's; a failed request counts as a stall at least. */
export function pooledP99({ fromMs, toMs }: RunView, stallMs: number): { visit: Visitor; finish: () => PooledP99 } {
  const quarters = [newHistogram(), newHistogram(), newHistogram(), newHistogram()];
  const canary = newHistogram();
  const quarterMs = (toMs - fromMs) / 4;
  return {
    visit: ({ habit, dueMs, ok, durationMs, waitedMs }) => {
      const tookMs = durationMs - waitedMs;
      const counted = steps(ok ? tookMs : Math.max(stallMs, tookMs));
      const quarter = Math.max(0, Math.min(3, Math.floor((dueMs - fromMs) / quarterMs)));
      (habit === "canary" ? canary : quarters[quarter]!).recordValue(counted);
    },
    finish: () => {
      const p99 = quarters.map((quarter) => percentileOf(quarter, 99));
      const [whole = newHistogram(), ...rest] = quarters;
      for (const quarter of rest) whole.add(quarter);
      return {
        clusterMs: percentileOf(whole, 99),
        canaryMs: percentileOf(canary, 99),
        spreadMs: Math.max(...p99) - Math.min(...p99),
      };
    },
  };
}

/** A run in the terms of `ab`: requests, failed, requests/s, percentiles. Percentiles are those of answered requests. */
export function measurer(): { visit: Visitor; finish: (droppedIterations: number) => Measurement } {
  const histogram = newHistogram();
  const failures: Record<string, number> = {};
  let requests = 0;
  let failed = 0;
  let maxMs = 0;
  let sumMs = 0;
  let firstMs = Infinity;
  let lastMs = -Infinity;
  const percentile = (p: number): number | null => (requests > failed ? percentileOf(histogram, p) : null);
  return {
    visit: ({ habit, dueMs, ok, outcome, durationMs }) => {
      if (habit === "canary") return;
      requests += 1;
      if (dueMs < firstMs) firstMs = dueMs;
      lastMs = dueMs;
      if (ok) {
        if (durationMs > maxMs) maxMs = durationMs;
        sumMs += durationMs;
        histogram.recordValue(steps(durationMs));
      } else {
        failed += 1;
        failures[outcome] = (failures[outcome] ?? 0) + 1;
      }
    },
    finish: (droppedIterations) => ({
      requests,
      failed,
      errorRatio: requests === 0 ? 0 : failed / requests,
      errorRatioInterval95: wilson95(failed, requests),
      requestsPerSecond:
        requests > 1 ? Number((((requests - 1) * 1000) / Math.max(1, lastMs - firstMs)).toFixed(2)) : 0,
      p50Ms: percentile(50),
      p95Ms: percentile(95),
      p99Ms: percentile(99),
      maxMs: requests > failed ? Number(maxMs.toFixed(2)) : null,
      meanMs: requests > failed ? Number((sumMs / (requests - failed)).toFixed(3)) : null,
      percentilesMs: Object.fromEntries(
        requests > failed ? abPercents.map((p) => [p, p === 100 ? Number(maxMs.toFixed(2)) : percentile(p)!]) : [],
      ),
      droppedIterations,
      failures: Object.fromEntries(Object.entries(failures).sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}
