import type { StoredSample } from "../../../analysis/sample-file.ts";
import type { Case, CaseClass } from "../case.ts";
import { defaults, loadRun, verdictOf } from "../judged.ts";
import type { Recording } from "./record.ts";

/** Each slot of a class as an upgrade of its own, held against the baseline that came before all of them. */
export function casesOf(what: CaseClass, recording: Recording, samples: readonly StoredSample[]): Case[] {
  const { startMs, baselineEndMs, slots } = recording;
  const sorted = [...samples].sort((a, b) => a.dueMs - b.dueMs);
  const between = (fromMs: number, toMs: number): StoredSample[] =>
    sorted.filter(({ dueMs }) => dueMs >= fromMs && dueMs < toMs);
  const baseline = loadRun(between(startMs, baselineEndMs), startMs, baselineEndMs);
  return slots.flatMap((slot, i): Case[] => {
    if (slot.class !== what) return [];
    // What was due before a slot stands where the warm-up does: it is not judged.
    const fromMs = slot.fromMs - defaults.warmupSeconds * 1000;
    const upgrade = loadRun(between(fromMs, slot.toMs), fromMs, slot.toMs);
    const verdict = verdictOf(baseline, upgrade, defaults.warmupSeconds);
    const name = `slot ${i + 1}`;
    if (slot.fault === undefined) return [{ name, verdict }];
    const { kind, delayMs, ...times } = slot.fault;
    const planted = { kind, fromMs: times.fromMs, toMs: times.toMs, failing: kind === "lb-reset" };
    const rise = delayMs === undefined ? {} : { riseMs: { p95: delayMs, p99: delayMs } };
    return [{ name, verdict, fault: { ...planted, ...rise } }];
  });
}
