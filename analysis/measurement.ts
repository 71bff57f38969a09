import { build } from "hdr-histogram-js";
import { forEachJudged } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import { wilson95 } from "./statistics.ts";
import type { Measurement } from "./verdict-schema.ts";

/** Latencies are counted in steps of 10 us, up to an hour, with an error of 0.1 %. */
const STEPS_PER_MS = 100;
const HIGHEST = 3_600_000 * STEPS_PER_MS;

/** A run in the terms of `ab`: requests, failed, requests/s, percentiles. Percentiles are those of answered requests. */
export function measure(view: RunView): Measurement {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST,
    numberOfSignificantValueDigits: 3,
  });
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
    histogram.recordValue(Math.min(HIGHEST, Math.round(durationMs * STEPS_PER_MS)));
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
    droppedIterations: view.run.droppedIterations,
    failures: Object.fromEntries(Object.entries(failures).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
