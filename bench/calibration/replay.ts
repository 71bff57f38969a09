import { lowerBound } from "../../analysis/lower-bound.ts";
import type { StoredSample } from "../../analysis/sample-file.ts";
import { classes } from "./case.ts";
import type { Case, CaseClass } from "./case.ts";
import { defaults, loadRun, verdictOf } from "./judged.ts";
import { aimed, anyFault, meet, plantedAt } from "./plant.ts";
import type { Planted } from "./plant.ts";
import { Random } from "./random.ts";

/** How much is put together, in s; the baseline as by default. */
const lengths: { readonly baselineSeconds: number; readonly upgradeSeconds: number } = {
  baselineSeconds: defaults.baselineSeconds,
  upgradeSeconds: 600,
};
/** Long enough to keep how latency wanders within seconds, short enough for many blocks. */
const blockMs = 20_000;
/** Requests are due in a pattern that repeats itself after this: blocks fit each other. */
const gridMs = 50;

/** A stretch without any fault that was measured, in order of due time; times in ms from its start. */
export interface Tape {
  readonly samples: readonly StoredSample[];
  readonly lengthMs: number;
  readonly targets: readonly string[];
}

/** A tape of what a load run recorded between two moments. */
export function tapeOf(samples: readonly StoredSample[], fromMs: number, toMs: number): Tape {
  const within = samples.filter(({ dueMs }) => dueMs >= fromMs && dueMs < toMs);
  return {
    samples: within.map((sample) => ({ ...sample, dueMs: sample.dueMs - fromMs })).sort((a, b) => a.dueMs - b.dueMs),
    lengthMs: toMs - fromMs,
    targets: [...new Set(within.map(({ target }) => target).filter((target) => target !== ""))].sort(),
  };
}

/** A baseline and an upgrade put together of random blocks of a tape, with a fault in the upgrade; the same for the same seed. */
export function replay(tape: Tape, what: CaseClass, seed: number, seconds = lengths): Case {
  const random = new Random(seed * 7919 + 31 + classes.indexOf(what));
  const { baselineSeconds, upgradeSeconds } = seconds;
  const startMs = Date.UTC(2026, 0, 1);
  const endMs = startMs + baselineSeconds * 1000;
  const upgradeStartMs = endMs + 30_000;
  const upgradeEndMs = upgradeStartMs + upgradeSeconds * 1000;
  const before = blocks(tape, random, startMs, endMs);
  const fault = anyFault(what, random, upgradeSeconds * 1000);
  const during = blocks(tape, random, upgradeStartMs, upgradeEndMs);
  const planted = fault === undefined ? undefined : aimed(fault, during, upgradeStartMs);
  const hit = planted === undefined ? during : during.map((one) => hitBy(planted, tape, random, one, upgradeStartMs));
  const verdict = verdictOf(
    loadRun(before, startMs, endMs),
    loadRun(hit, upgradeStartMs, upgradeEndMs),
    defaults.warmupSeconds,
  );
  return { name: `seed ${seed}`, verdict, ...plantedAt(planted, during, upgradeStartMs) };
}

function blocks(tape: Tape, random: Random, startMs: number, endMs: number): StoredSample[] {
  const made: StoredSample[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += blockMs) {
    const fromMs = gridMs * Math.floor((random.next() * (tape.lengthMs - blockMs)) / gridMs);
    for (let i = firstFrom(tape.samples, fromMs); i < tape.samples.length; i++) {
      const sample = tape.samples[i]!;
      if (sample.dueMs >= fromMs + Math.min(blockMs, endMs - atMs)) break;
      made.push({ ...sample, dueMs: sample.dueMs - fromMs + atMs });
    }
  }
  return made;
}

function hitBy(fault: Planted, tape: Tape, random: Random, sample: StoredSample, startMs: number): StoredSample {
  const { habit, target, waitedMs, durationMs, outcome } = sample;
  if (habit === "canary" || outcome !== "ok") return sample;
  const dueMs = sample.dueMs - startMs;
  const trip = { sentMs: dueMs + waitedMs, answeredMs: dueMs + durationMs, outcome };
  const met = meet(fault, habit, tape.targets.indexOf(target), dueMs, trip, random);
  if (met === trip) return sample;
  return {
    ...sample,
    durationMs: met.answeredMs - dueMs,
    outcome: met.outcome,
    target: met.outcome === "ok" ? target : "",
  };
}

function firstFrom(samples: readonly StoredSample[], ms: number): number {
  return lowerBound(0, samples.length, (i) => samples[i]!.dueMs < ms);
}
