import type { RehearsalEvent } from "../analysis/events.ts";
import type { Verdict } from "../analysis/verdict-schema.ts";
import type { RehearsalConfig } from "../rehearsal/config.ts";
import type { ReportSeries } from "./series.ts";

/** Output of a dry run, as kops printed it. */
export interface DryRun {
  /** e.g. `kops update cluster`. */
  readonly title: string;
  readonly command: string;
  readonly output: string;
}

/** What of the configuration is printed; a whole `RehearsalConfig` fits. It holds no secret. */
export type ReportConfig = Pick<
  RehearsalConfig,
  | "stack"
  | "clusterName"
  | "stateStore"
  | "fromVersion"
  | "toVersion"
  | "channel"
  | "manifests"
  | "targetUrl"
  | "load"
  | "objectives"
  | "intervals"
  | "verbosity"
  | "order"
  | "rollTimeoutMinutes"
  | "productionNodes"
>;

/** All that the report and the runbook show. */
export interface ReportData {
  readonly verdict: Verdict;
  readonly config: ReportConfig;
  /** Of the roll that was judged. */
  readonly events: readonly RehearsalEvent[];
  /** What the rehearsal did itself for a roll of the run to go on, in words: in a way back or another roll of a search, too. */
  readonly actions: readonly string[];
  /** From `buildSeries` in `report/series.ts`. */
  readonly series: ReportSeries;
  readonly dryRuns: readonly DryRun[];
  /** The commands that ran, in order, as one would type them. */
  readonly commands: readonly string[];
  /** Program to version, e.g. `{ kops: "1.35.0" }`. */
  readonly toolVersions: Readonly<Record<string, string>>;
  /** The production cluster and its state store, where known; else the runbook has placeholders and explains them. */
  readonly production?: { readonly clusterName: string; readonly stateStore?: string | undefined } | undefined;
}
