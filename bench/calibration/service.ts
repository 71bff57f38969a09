import type { Outcome } from "../../analysis/sample.ts";
import { Random } from "./random.ts";

/** A service and a load generator as they are without any fault. Times in ms, spreads on the logarithm of latency. */
export interface Service {
  /** Median latency over a kept-alive connection. */
  readonly medianMs: number;
  readonly sigma: number;
  /** What a fresh connection takes longer, as a factor. */
  readonly freshFactor: number;
  /** Share of requests that take several times as long. */
  readonly tailShare: number;
  /** How far the level wanders within seconds, within minutes, and over a day. */
  readonly wander: { readonly seconds: number; readonly minutes: number; readonly day: number };
  /** A pod that stands still now and then, as in a garbage collection: pauses per second and pod, and their mean. */
  readonly pauses: { readonly perSecond: number; readonly meanMs: number };
  /** The load generator's machine standing still: nothing is sent or read meanwhile, the canary's requests neither. */
  readonly hiccups: { readonly perSecond: number; readonly leastMs: number };
  readonly background: { readonly ratio: number; readonly outcome: Outcome };
}

export const pods = ["web-7d9f8b6c5-2xkqp", "web-7d9f8b6c5-8hn4d", "web-7d9f8b6c5-tz9ws"];

/**
 * Services from quick and steady ones to slow and restless ones. One of four wanders as much as one that shares its machine with
 * others: so did the lab's (docs/calibration.md).
 */
export function anyService(random: Random): Service {
  const restless = random.next() < 0.25;
  return {
    medianMs: random.logBetween(1, 12),
    sigma: random.between(0.25, 0.6),
    freshFactor: random.between(1.1, 1.8),
    tailShare: random.between(0, 0.008),
    wander: {
      seconds: restless ? random.between(0.08, 0.3) : random.between(0, 0.08),
      minutes: restless ? random.between(0.04, 0.2) : random.between(0, 0.04),
      day: random.between(0, 0.15),
    },
    pauses: { perSecond: random.between(0, 0.05), meanMs: random.between(4, 15) },
    hiccups: { perSecond: random.pick([0, random.logBetween(0.002, 0.1)]), leastMs: 8 },
    background: {
      ratio: random.pick([0, 0, 0, 0, random.logBetween(1e-5, 3e-4)]),
      outcome: random.pick<Outcome>(["reset", "http-5xx", "timeout"]),
    },
  };
}

/** A stretch in which something stands still. */
export interface Pause {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Pauses at random times, with an exponential length of the given mean (`tail` 0) or a Pareto one from `meanMs` on. */
export function pausesOf(random: Random, spanMs: number, perSecond: number, meanMs: number, tail: number): Pause[] {
  const pauses: Pause[] = [];
  if (perSecond === 0) return pauses;
  for (let at = 0; ;) {
    at += (1000 / perSecond) * random.exponential();
    if (at >= spanMs) return pauses;
    const length = tail === 0 ? meanMs * random.exponential() : meanMs * (1 - random.next()) ** (-1 / tail);
    pauses.push({ fromMs: at, toMs: at + Math.min(3000, length) });
    at += Math.min(3000, length);
  }
}

/** How much of its quick and slow wandering a level keeps for a tenth of a second: they last for 3 and 60 s. */
export const keptOf = { quick: Math.exp(-0.1 / 3), slow: Math.exp(-0.1 / 60) } as const;

/** The level of latency over time as a factor: two Ornstein-Uhlenbeck processes and a slow wave, by the tenth of a second. */
export function levels(random: Random, spanMs: number, { seconds, minutes, day }: Service["wander"], dayPhase: number) {
  const steps = Math.ceil(spanMs / 100) + 1;
  const level = new Float64Array(steps);
  const { quick, slow } = keptOf;
  let [a, b] = [seconds * random.normal(), minutes * random.normal()];
  for (let i = 0; i < steps; i++) {
    a = a * quick + seconds * Math.sqrt(1 - quick * quick) * random.normal();
    b = b * slow + minutes * Math.sqrt(1 - slow * slow) * random.normal();
    level[i] = Math.exp(a + b + day * Math.sin(dayPhase + (2 * Math.PI * i) / 864_000));
  }
  return (atMs: number): number => level[Math.max(0, Math.min(steps - 1, Math.floor(atMs / 100)))]!;
}
