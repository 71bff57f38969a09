import type { RunView, Visitor } from "./run-view.ts";

/** Fewer requests than this in a window give no percentile. */
const MIN_PER_WINDOW = 20;

/** Percentiles of one window, in ms. */
export interface Window {
  readonly startMs: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Percentiles of each second (or as long as {@link windowLength} says) of the cluster and of the canary, in order. */
export interface LatencyWindows {
  readonly windowMs: number;
  readonly cluster: readonly Window[];
  readonly canary: readonly Window[];
}

/** Window length for a run, in ms: a second, or as long as 50 requests take. */
export function windowLength(requests: number, spanMs: number): number {
  return requests === 0 ? 1000 : Math.max(1000, Math.ceil((50 * spanMs) / requests));
}

/**
 * Cuts a run into windows. A request counts from when it was sent here: what the load generator was late by is no latency of
 * the service.
 *
 * @param stallMs what a failed request counts as at least: an error that comes quickly is not a quick answer
 */
export function windowCutter(
  { fromMs }: RunView,
  windowMs: number,
  stallMs: number,
): { visit: Visitor; finish: () => LatencyWindows } {
  const cluster = new Cutter(fromMs, windowMs, MIN_PER_WINDOW);
  const canary = new Cutter(fromMs, windowMs, 1);
  return {
    visit: ({ habit, dueMs, durationMs, waitedMs, ok }) => {
      const tookMs = durationMs - waitedMs;
      (habit === "canary" ? canary : cluster).see(dueMs, ok ? tookMs : Math.max(tookMs, stallMs));
    },
    finish: () => ({ windowMs, cluster: cluster.finish(), canary: canary.finish() }),
  };
}

/** Collects durations in order of due time and closes a window when the next begins. */
class Cutter {
  readonly #fromMs: number;
  readonly #windowMs: number;
  readonly #least: number;
  readonly #windows: Window[] = [];
  #durations = new Float32Array(1024);
  #count = 0;
  #index = -1;
  #endMs = -Infinity;

  constructor(fromMs: number, windowMs: number, least: number) {
    this.#fromMs = fromMs;
    this.#windowMs = windowMs;
    this.#least = least;
  }

  see(dueMs: number, durationMs: number): void {
    if (dueMs >= this.#endMs) this.#next(Math.floor((dueMs - this.#fromMs) / this.#windowMs));
    if (this.#count === this.#durations.length) {
      const larger = new Float32Array(2 * this.#count);
      larger.set(this.#durations);
      this.#durations = larger;
    }
    this.#durations[this.#count++] = durationMs;
  }

  finish(): readonly Window[] {
    this.#next(-1);
    return this.#windows;
  }

  #next(index: number): void {
    if (this.#count >= this.#least) {
      const sorted = this.#durations.subarray(0, this.#count).sort();
      const at = (p: number): number => sorted[Math.ceil(sorted.length * p) - 1]!;
      const startMs = this.#fromMs + this.#index * this.#windowMs;
      this.#windows.push({ startMs, p50: at(0.5), p95: at(0.95), p99: at(0.99) });
    }
    this.#count = 0;
    this.#index = index;
    this.#endMs = this.#fromMs + (index + 1) * this.#windowMs;
  }
}
