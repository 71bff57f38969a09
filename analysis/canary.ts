import type { Columns } from "./columns.ts";
import { limits } from "./limits.ts";
import type { CanaryReport } from "./verdict-schema.ts";

/** What the canary says about the tester. */
export interface CanaryWatch {
  readonly stallMs: number;
  /** Was the tester itself failing, stalling or silent when a request was due then? */
  readonly excluded: (dueMs: number) => boolean;
  readonly report: CanaryReport;
}

/**
 * Cuts the run into windows of a second (or three canary requests, whichever is longer) and excludes each in which a canary
 * request failed or stalled, or in which none was due. A stalled one excludes all windows until its answer, and an
 * inter-arrival around it: the tester may have stood still from just after the canary request before.
 */
export function watchCanary(
  columns: Columns,
  rows: Uint32Array,
  fromMs: number,
  toMs: number,
  stallMs: number | null,
): CanaryWatch {
  const canaries = rows.filter((row) => columns.habit(row) === "canary");
  const gapMs = medianGap(columns, canaries);
  const windowMs = Math.max(1000, 3 * gapMs);
  const count = Math.max(1, Math.floor((toMs - fromMs) / windowMs));
  const windowOf = (ms: number): number => Math.min(count - 1, Math.max(0, Math.floor((ms - fromMs) / windowMs)));
  const stall = stallMs ?? ownStall(columns, canaries);

  const heard = new Uint8Array(count);
  const excluded = new Uint8Array(count);
  let bad = 0;
  for (const row of canaries) {
    const dueMs = columns.dueMs(row);
    const durationMs = columns.durationMs(row);
    heard[windowOf(dueMs)] = 1;
    if (columns.ok(row) && durationMs <= stall) continue;
    bad += 1;
    excluded.fill(1, windowOf(dueMs - gapMs), windowOf(dueMs + durationMs + gapMs) + 1);
  }
  // Without any canary nothing can be excluded: the verdict rules say what that means.
  if (canaries.length > 0) for (let i = 0; i < count; i++) if (heard[i] === 0) excluded[i] = 1;

  const isExcluded = (ms: number): boolean => excluded[windowOf(ms)] === 1;
  let excludedRequests = 0;
  let excludedFailures = 0;
  for (const row of rows) {
    if (columns.habit(row) === "canary" || !isExcluded(columns.dueMs(row))) continue;
    excludedRequests += 1;
    if (!columns.ok(row)) excludedFailures += 1;
  }
  const excludedWindows = excluded.reduce((sum, value) => sum + value, 0);
  return {
    stallMs: stall,
    excluded: isExcluded,
    report: {
      requests: canaries.length,
      bad,
      windows: count,
      excludedWindows,
      excludedRequests,
      excludedFailures,
    },
  };
}

function ownStall(columns: Columns, canaries: Uint32Array): number {
  const durations = Float32Array.from(
    canaries.filter((row) => columns.ok(row)),
    (row) => columns.durationMs(row),
  ).sort();
  const p99 = durations[Math.ceil(durations.length * 0.99) - 1] ?? 0;
  return Math.max(limits.canaryStallMs, limits.stallTimesP99 * p99);
}

/** Median time between requests of one habit, in ms; 0 for fewer than two. */
function medianGap(columns: Columns, rows: Uint32Array): number {
  if (rows.length < 2) return 0;
  const gaps = new Float64Array(rows.length - 1);
  for (let i = 1; i < rows.length; i++) gaps[i - 1] = columns.dueMs(rows[i]!) - columns.dueMs(rows[i - 1]!);
  return gaps.sort()[gaps.length >> 1]!;
}
