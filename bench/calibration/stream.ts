import { lowerBound } from "../../analysis/lower-bound.ts";
import type { StoredSample } from "../../analysis/sample-file.ts";
import type { Habit } from "../../analysis/sample.ts";
import type { Planted } from "./plant.ts";
import { meet } from "./plant.ts";
import { Random } from "./random.ts";
import { levels, pausesOf, pods } from "./service.ts";
import type { Pause, Service } from "./service.ts";

export interface StreamOptions {
  readonly seed: number;
  readonly service: Service;
  readonly startMs: number;
  readonly seconds: number;
  /** Of the day's wave, where the run begins. */
  readonly dayPhase: number;
  readonly faults?: readonly Planted[];
}

/** Requests per second, as `loadtest/http.js` sends them at the default settings. */
const rates: Readonly<Record<Habit, { perSecond: number; offsetMs: number }>> = {
  fresh: { perSecond: 100, offsetMs: 0 },
  kept: { perSecond: 100, offsetMs: 5 },
  canary: { perSecond: 20, offsetMs: 0 },
};

/** What the load generator would have recorded of a service, in the order in which requests ended (about). */
export function stream({ seed, service, startMs, seconds, dayPhase, faults = [] }: StreamOptions): StoredSample[] {
  const random = new Random(seed);
  const spanMs = seconds * 1000;
  const level = levels(random, spanMs, service.wander, dayPhase);
  const hiccups = new Pauses(pausesOf(random, spanMs, service.hiccups.perSecond, service.hiccups.leastMs, 1.3));
  const podPauses = pods.map(
    () => new Pauses(pausesOf(random, spanMs, service.pauses.perSecond, service.pauses.meanMs, 0)),
  );
  const made: StoredSample[] = [];
  for (const habit of ["fresh", "kept", "canary"] as const) {
    const { perSecond, offsetMs } = rates[habit];
    const canary = habit === "canary";
    for (let i = 0; i < seconds * perSecond; i++) {
      const dueMs = Math.round((offsetMs + (i * 1000) / perSecond) * 10) / 10;
      const sentMs = hiccups.endOf(dueMs);
      const pod = habit === "fresh" ? i % pods.length : Math.floor(random.next() * pods.length);
      const spread = Math.exp((canary ? 0.35 : service.sigma) * random.normal());
      const tail = !canary && random.next() < service.tailShare ? Math.exp(random.exponential()) * 2 : 1;
      const median = canary ? 0.6 : service.medianMs * (habit === "fresh" ? service.freshFactor : 1) * level(dueMs);
      const answeredMs = (canary ? sentMs : podPauses[pod]!.endOf(sentMs)) + median * spread * tail;
      const background = !canary && random.next() < service.background.ratio;
      const usual = { sentMs, answeredMs, outcome: background ? service.background.outcome : ("ok" as const) };
      const met = canary ? usual : faults.reduce((so, fault) => meet(fault, habit, pod, dueMs, so, random), usual);
      // An answer that comes while the load generator stands still is read when it goes on.
      const endMs = hiccups.endOf(met.answeredMs);
      made.push({
        dueMs: startMs + dueMs,
        durationMs: Math.max(0.05, endMs - dueMs),
        waitedMs: sentMs - dueMs < 1 ? 0 : sentMs - dueMs,
        outcome: met.outcome,
        habit,
        target: canary || met.outcome !== "ok" ? "" : pods[pod]!,
      });
    }
  }
  return made.sort((a, b) => a.dueMs - b.dueMs);
}

/** Pauses in order of time. */
class Pauses {
  readonly #pauses: readonly Pause[];

  constructor(pauses: readonly Pause[]) {
    this.#pauses = pauses;
  }

  /** When what would happen at `ms` really happens. */
  endOf(ms: number): number {
    const pause = this.#pauses[lowerBound(0, this.#pauses.length, (i) => this.#pauses[i]!.toMs <= ms)];
    return pause !== undefined && pause.fromMs <= ms ? pause.toMs : ms;
  }
}
