import type { ClusterHabit } from "./outages.ts";
import type { Visitor } from "./run-view.ts";
import { median } from "./statistics.ts";

/** So many are enough for a median. */
const ENOUGH_GAPS = 10_000;

/** How the requests of a habit lie apart between the end of the warm-up and the end of the load. */
export interface Spacing {
  readonly requests: number;
  readonly failed: number;
  readonly medianMs: number;
  readonly longestMs: number;
}

export function spacingMeter(fromMs: number): {
  visit: Visitor;
  finish: (endMs: number) => Record<ClusterHabit, Spacing>;
} {
  const habits = { fresh: new Gaps(fromMs), kept: new Gaps(fromMs) };
  return {
    visit: ({ habit, dueMs, ok }) => {
      if (habit !== "canary") habits[habit].see(dueMs, ok);
    },
    finish: (endMs) => ({ fresh: habits.fresh.finish(endMs), kept: habits.kept.finish(endMs) }),
  };
}

class Gaps {
  readonly #gaps: number[] = [];
  #requests = 0;
  #failed = 0;
  #longestMs = 0;
  #previousMs: number;

  constructor(fromMs: number) {
    this.#previousMs = fromMs;
  }

  see(dueMs: number, ok: boolean): void {
    const gapMs = dueMs - this.#previousMs;
    if (this.#requests > 0 && this.#gaps.length < ENOUGH_GAPS) this.#gaps.push(gapMs);
    if (gapMs > this.#longestMs) this.#longestMs = gapMs;
    this.#previousMs = dueMs;
    this.#requests += 1;
    if (!ok) this.#failed += 1;
  }

  finish(endMs: number): Spacing {
    return {
      requests: this.#requests,
      failed: this.#failed,
      medianMs: this.#gaps.length === 0 ? 0 : median(this.#gaps),
      longestMs: Math.max(this.#longestMs, endMs - this.#previousMs),
    };
  }
}
