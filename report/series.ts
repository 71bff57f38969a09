import type { Columns } from "../analysis/columns.ts";

/** A run in windows of equal length; all arrays have one entry a window. */
export interface RunSeries {
  readonly startMs: number;
  readonly windowMs: number;
  readonly requests: readonly number[];
  readonly failed: readonly number[];
  readonly canaryFailed: readonly number[];
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

export interface ReportSeries {
  readonly baseline: RunSeries;
  readonly upgrade: RunSeries;
}

/** What a chart needs of a run. */
export interface SeriesSource {
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: Columns;
}

/** Cuts both runs into windows for the charts; at most about 600 windows each. */
export function buildSeries(baseline: SeriesSource, upgrade: SeriesSource): ReportSeries {
  throw new Error(`not yet written: ${baseline.startMs} ${upgrade.startMs}`);
}
