import { lowerBound } from "../../analysis/lower-bound.ts";
import type { StoredSample } from "../../analysis/sample-file.ts";
import type { Habit } from "../../analysis/sample.ts";

/** The least of what came at each time or later, in steps. */
class Staircase {
  /** Both rise: a step says that from its time on, or earlier, the least is its level. */
  readonly #times: number[] = [];
  readonly #levels: number[] = [];

  see(time: number, level: number): void {
    const at = this.#from(time);
    if (at < this.#times.length && (this.#levels[at] ?? 0) <= level) return;
    const same = this.#times[at] === time ? 1 : 0;
    let first = at;
    while (first > 0 && (this.#levels[first - 1] ?? 0) >= level) first--;
    this.#times.splice(first, at - first + same, time);
    this.#levels.splice(first, at - first + same, level);
  }

  leastFrom(time: number): number {
    return this.#levels[this.#from(time)] ?? 0;
  }

  get last(): number {
    return this.#levels.at(-1) ?? 0;
  }

  /** The first step at this time or later. */
  #from(time: number): number {
    return lowerBound(0, this.#times.length, (i) => (this.#times[i] ?? 0) < time);
  }
}

/**
 * Puts right when requests were due after k6 dropped iterations.
 *
 * k6 numbers the iterations that it runs, not those that were due: after `n` dropped ones the number says that a request
 * was due `n` periods too early, and every later one looks late by that, for good. A load generator that is late for
 * another reason catches up. So the least lateness of all requests from here on is what was dropped before.
 *
 * It sees all samples first and corrects them afterwards; both in any order, with memory for what was dropped only.
 */
export class Drops {
  readonly #stairs = new Map<string, Staircase>();

  /** @param periodMs time between two iterations of a habit in one k6 process; undefined where none were dropped */
  constructor(private readonly periodMs: (habit: Habit, runner: number) => number | undefined) {}

  see({ habit, runner = 0, dueMs, waitedMs }: StoredSample): void {
    const periodMs = this.periodMs(habit, runner);
    if (periodMs === undefined) return;
    const key = `${habit} ${runner}`;
    let stairs = this.#stairs.get(key);
    if (stairs === undefined) this.#stairs.set(key, (stairs = new Staircase()));
    // Half a period of tolerance: nothing starts exactly on time.
    stairs.see(dueMs, Math.floor(waitedMs / periodMs + 0.5));
  }

  correct(sample: StoredSample): StoredSample {
    const { habit, runner = 0, dueMs } = sample;
    const dropped = this.#stairs.get(`${habit} ${runner}`)?.leastFrom(dueMs) ?? 0;
    if (dropped === 0) return sample;
    const shift = dropped * (this.periodMs(habit, runner) ?? 0);
    const waitedMs = Math.max(0, sample.waitedMs - shift);
    const durationMs = sample.durationMs - (sample.waitedMs - waitedMs);
    return { ...sample, dueMs: dueMs + shift, durationMs, waitedMs };
  }

  /** How many were dropped before the last request of each. */
  get count(): number {
    return [...this.#stairs.values()].reduce((sum, stairs) => sum + stairs.last, 0);
  }
}
