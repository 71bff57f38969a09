import type { VerdictName } from "../verdict-schema.ts";
import type { Attempt } from "./attempt.ts";

/** From best to worst; a roll that could not be measured says less than one that hurt within its budget. */
const order: readonly VerdictName[] = ["SAFE", "DEGRADED", "INCONCLUSIVE", "UNSAFE"];

/**
 * Index of the roll that a search recommends: the best verdict; among equals one that went through (a roll that halted
 * interrupts little), the shortest interruption, then the least time for production, then the earlier one.
 *
 * @throws RangeError when nothing was tried
 */
export function choose(tried: readonly Attempt[]): number {
  if (tried.length === 0) throw new RangeError("no roll was tried");
  const rank = (attempt: Attempt): readonly number[] => [
    order.indexOf(attempt.verdict),
    attempt.verdict === "UNSAFE" && !attempt.disturbed ? 1 : 0,
    attempt.longestMs,
    attempt.production.minutes,
  ];
  return tried.reduce((best, attempt, i) => (lower(rank(attempt), rank(tried[best]!)) ? i : best), 0);
}

function lower(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i >= 0 && (a[i] ?? 0) < (b[i] ?? 0);
}
