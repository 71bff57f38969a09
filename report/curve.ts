import type { Verdict, VerdictName } from "../analysis/verdict-schema.ts";
import { minutesText, span } from "../analysis/words.ts";

/** A roll of the search as `templates/curve.js` draws it. */
export interface CurvePoint {
  /** Production's schedule, in minutes. */
  readonly minutes: number;
  /** Longest interruption, in ms. */
  readonly interruptedMs: number;
  readonly verdict: VerdictName;
  readonly chosen: boolean;
}

/** What a search traded minutes of production's schedule for, roll by roll; empty where there is nothing to trade. */
export function curve({ search }: Verdict): CurvePoint[] {
  if (!search || search.attempts.length < 2) return [];
  return search.attempts.map((attempt, i) => ({
    minutes: attempt.productionMinutes,
    interruptedMs: attempt.longestMs,
    verdict: attempt.verdict,
    chosen: i === search.chosen,
  }));
}

/** The curve in words, for those who do not see it. */
export const curveText = (points: readonly CurvePoint[]): string =>
  `Production's schedule against the longest interruption: ${points
    .map(
      ({ minutes, interruptedMs }) => `${minutesText(minutes)}, ${interruptedMs === 0 ? "none" : span(interruptedMs)}`,
    )
    .join("; ")}.`;
