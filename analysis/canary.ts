import { limits } from "./limits.ts";
import { lowerBound } from "./lower-bound.ts";
import type { Visitor } from "./run-view.ts";
import type { CanaryReport } from "./verdict-schema.ts";

/** What the canary says about the tester. */
export interface CanaryWatch {
  readonly stallMs: number;
  /** Was the tester itself failing, stalling or silent when a request was due then? */
  readonly excluded: (dueMs: number) => boolean;
  /**
   * Did the canary answer as usual throughout a stretch? False also where no canary request was due in it: it is the proof
   * that a silence of the service is not the tester's.
   */
  readonly clean: (fromMs: number, toMs: number) => boolean;
  readonly report: Omit<CanaryReport, "excludedRequests" | "excludedFailures">;
}

/** The canary's requests, in order of due time. */
export interface Canaries {
  readonly dueMs: readonly number[];
  readonly durationMs: readonly number[];
  readonly failed: ReadonlySet<number>;
}

/** Gathers the canary's requests from a scan. */
export function canaryCollector(): { visit: Visitor; canaries: Canaries } {
  const [dueMs, durationMs, failed]: [number[], number[], Set<number>] = [[], [], new Set()];
  return {
    visit: (request) => {
      if (request.habit !== "canary") return;
      if (!request.ok) failed.add(dueMs.length);
      dueMs.push(request.dueMs);
      durationMs.push(request.durationMs);
    },
    canaries: { dueMs, durationMs, failed },
  };
}

/**
 * Cuts the run into windows of a second (or three canary requests, whichever is longer) and excludes each in which a canary
 * request failed or stalled, or in which none was due. A stalled one excludes all windows until its answer, and an
 * inter-arrival around it: the tester may have stood still from just after the canary request before.
 */
export function watchCanary(canaries: Canaries, fromMs: number, toMs: number, stallMs: number | null): CanaryWatch {
  const gapMs = medianGap(canaries.dueMs);
  const windowMs = Math.max(1000, 3 * gapMs);
  const windows = Math.max(1, Math.floor((toMs - fromMs) / windowMs));
  const windowOf = (ms: number): number => Math.min(windows - 1, Math.max(0, Math.floor((ms - fromMs) / windowMs)));
  const stall = stallMs ?? ownStall(canaries);

  const heard = new Uint8Array(windows);
  const excluded = new Uint8Array(windows);
  let bad = 0;
  canaries.dueMs.forEach((dueMs, i) => {
    const durationMs = canaries.durationMs[i]!;
    heard[windowOf(dueMs)] = 1;
    if (!canaries.failed.has(i) && durationMs <= stall) return;
    bad += 1;
    excluded.fill(1, windowOf(dueMs - gapMs), windowOf(dueMs + durationMs + gapMs) + 1);
  });
  // Without any canary nothing can be excluded: the verdict rules say what that means.
  if (canaries.dueMs.length > 0) for (let i = 0; i < windows; i++) if (heard[i] === 0) excluded[i] = 1;
  return {
    stallMs: stall,
    excluded: (ms) => excluded[windowOf(ms)] === 1,
    clean: (from, to) => isClean(canaries, gapMs, from, to),
    report: {
      requests: canaries.dueMs.length,
      bad,
      windows,
      excludedWindows: excluded.reduce((sum, value) => sum + value, 0),
    },
  };
}

/** A canary request is late when it took a quarter of the stretch: the tester stood still for some of it. */
function isClean({ dueMs, durationMs, failed }: Canaries, gapMs: number, fromMs: number, toMs: number): boolean {
  const late = Math.max(limits.canaryLateMs, (toMs - fromMs) / 4);
  let seen = 0;
  const first = lowerBound(0, dueMs.length, (i) => dueMs[i]! < fromMs - 10 * gapMs);
  for (let i = first; i < dueMs.length && dueMs[i]! < toMs; i++) {
    const ends = dueMs[i]! + durationMs[i]!;
    if ((failed.has(i) || durationMs[i]! > late) && ends > fromMs) return false;
    if (dueMs[i]! >= fromMs && ends <= toMs) seen += 1;
  }
  return seen > 0;
}

function ownStall({ durationMs, failed }: Canaries): number {
  const durations = Float64Array.from(durationMs.filter((_, i) => !failed.has(i))).sort();
  const p99 = durations[Math.ceil(durations.length * 0.99) - 1] ?? 0;
  return Math.max(limits.canaryStallMs, limits.stallTimesP99 * p99);
}

/** Median time between requests, in ms; 0 for fewer than two. */
function medianGap(dueMs: readonly number[]): number {
  if (dueMs.length < 2) return 0;
  const gaps = new Float64Array(dueMs.length - 1);
  for (let i = 1; i < dueMs.length; i++) gaps[i - 1] = dueMs[i]! - dueMs[i - 1]!;
  return gaps.sort()[gaps.length >> 1]!;
}
