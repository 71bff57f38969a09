import type { StoredSample } from "../../../analysis/sample-file.ts";
import type { Case } from "../case.ts";
import { defaults, loadRun, verdictOf } from "../judged.ts";
import type { Recording } from "./record.ts";

/** Each slot as an upgrade of its own, held against the baseline that came before all of them. */
export function casesOf(recording: Recording, samples: readonly StoredSample[]): Case[] {
  const { startMs, baselineEndMs, slots } = recording;
  const sorted = [...samples].sort((a, b) => a.dueMs - b.dueMs);
  const between = (fromMs: number, toMs: number): StoredSample[] =>
    sorted.filter(({ dueMs }) => dueMs >= fromMs && dueMs < toMs);
  const baseline = loadRun(between(startMs, baselineEndMs), startMs, baselineEndMs);
  return slots.map((slot, i): Case => {
    // What was due before a slot stands where the warm-up does: it is not judged.
    const fromMs = slot.fromMs - defaults.warmupSeconds * 1000;
    const upgrade = loadRun(between(fromMs, slot.toMs), fromMs, slot.toMs);
    const { fault } = slot;
    return {
      name: `slot ${i + 1}`,
      verdict: verdictOf(baseline, upgrade, defaults.warmupSeconds),
      ...(fault === undefined
        ? {}
        : {
            fault: {
              kind: fault.kind,
              fromMs: fault.fromMs,
              toMs: fault.toMs,
              failing: fault.kind === "lb-reset",
              riseMs: fault.delayMs,
            },
          }),
    };
  });
}
