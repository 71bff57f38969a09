import type { StoredSample } from "../../analysis/sample-file.ts";
import type { Habit } from "../../analysis/sample.ts";

/**
 * Puts right when requests were due after k6 dropped iterations.
 *
 * k6 numbers the iterations that it runs, not those that were due: after `n` dropped ones the number says that a request
 * was due `n` periods too early, and every later one looks late by that, for good. A load generator that is late for
 * another reason catches up. So the least lateness of all requests from here on is what was dropped before.
 *
 * @param samples all of one segment, in any order
 * @param periodsMs time between two iterations; only for the habits that dropped some
 */
export function correctDrops(
  samples: readonly StoredSample[],
  periodsMs: Readonly<Partial<Record<Habit, number>>>,
): StoredSample[] {
  const corrected = [...samples];
  for (const [habit, periodMs] of Object.entries(periodsMs)) {
    const order = corrected
      .map((_, index) => index)
      .filter((index) => corrected[index]?.habit === habit)
      .sort((a, b) => (corrected[a]?.dueMs ?? 0) - (corrected[b]?.dueMs ?? 0));
    let least = Infinity;
    for (const index of order.reverse()) {
      const sample = corrected[index];
      if (sample === undefined) continue;
      least = Math.min(least, sample.waitedMs);
      // Half a period of tolerance: nothing starts exactly on time.
      const shift = Math.floor(least / periodMs + 0.5) * periodMs;
      if (shift === 0) continue;
      const waitedMs = Math.max(0, sample.waitedMs - shift);
      corrected[index] = {
        ...sample,
        dueMs: sample.dueMs + shift,
        durationMs: sample.durationMs - (sample.waitedMs - waitedMs),
        waitedMs,
      };
    }
  }
  return corrected;
}
