import { random } from "./random.ts";
import { median } from "./statistics.ts";
import type { TurnParts } from "./turn-parts.ts";

/** Fewer measured turns than this say nothing about how much turns vary. */
const leastTurns = 3;
const resamples = 2000;
const seed = 0x6b6f7073;

/**
 * How long a turn takes with another interval: the drain is what it was; the new instance needs what it needed, and a
 * longer interval delays the validation that ends the turn.
 *
 * @param validationSeconds what the validations after the interval take at least
 */
export function turnSeconds({ drain, replace }: TurnParts, intervalSeconds: number, validationSeconds: number): number {
  return drain + Math.max(replace, intervalSeconds + validationSeconds);
}

/** Seconds; `low` and `high` hold 95 of 100 repetitions. */
export interface Extrapolated {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/**
 * What so many turns take together, from a few that were measured: a bootstrap. Each repetition first resamples the
 * measured turns, for they are themselves a sample, and then draws one turn for each node. It knows no turn that is
 * longer than the longest measured one: production's surprises are not in it. Equal input gives equal output.
 *
 * @returns null with fewer than three turns
 */
export function extrapolate(turns: readonly number[], nodes: number): Extrapolated | null {
  if (turns.length < leastTurns) return null;
  const next = random(seed);
  const pick = (from: ArrayLike<number>): number => from[Math.floor(next() * from.length)]!;
  const totals = Float64Array.from({ length: resamples }, () => {
    const sample = Float64Array.from(turns, () => pick(turns));
    let total = 0;
    for (let node = 0; node < nodes; node++) total += pick(sample);
    return total;
  }).sort();
  return {
    expected: median(totals),
    low: totals[Math.floor(resamples * 0.025)]!,
    high: totals[Math.ceil(resamples * 0.975) - 1]!,
  };
}
