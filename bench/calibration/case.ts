import type { Verdict } from "../../analysis/verdict-schema.ts";

/** What is planted into an upgrade. */
export const classes = ["none", "total", "partial", "rise"] as const;
export type CaseClass = (typeof classes)[number];

/** What was planted; times in ms since the epoch. */
export interface PlantedFault {
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Do requests fail, or are they only answered late? */
  readonly failing: boolean;
  /** By how much it raises these percentiles of the requests then, in ms, where it does. */
  readonly riseMs?: { readonly p95: number; readonly p99: number };
}

/** One pair of a baseline and an upgrade, judged. */
export interface Case {
  /** By which it can be made again, or found in a recording. */
  readonly name: string;
  readonly fault?: PlantedFault;
  readonly verdict: Verdict;
  /** How likely the best detector there can be would find it, where that is known; see `ideallyFound`. */
  readonly ideally?: number;
}
