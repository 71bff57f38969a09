import type { RehearsalConfig } from "../rehearsal/config.ts";
import type { RehearsalEvent } from "./events.ts";
import type { LoadRun } from "./load-run.ts";
import type { Verdict } from "./verdict-schema.ts";

/** What of the rehearsal's configuration a verdict depends on; a whole `RehearsalConfig` fits. */
export type JudgedConfig = Pick<
  RehearsalConfig,
  "clusterName" | "fromVersion" | "toVersion" | "intervals" | "objectives" | "load" | "productionNodes" | "fidelity"
>;

/** How the roll ended. */
export interface RollOutcome {
  readonly ok: boolean;
  /** Why it did not finish, in words for a person: what, where, what to do next. */
  readonly error?: string;
  /** What stopped it says nothing about the upgrade, as when AWS had no instances. Default false. */
  readonly notTheUpgrade?: boolean;
}

/** All that a verdict is made from. */
export interface JudgeInput {
  /** Name of the run, e.g. `2026-11-23T10-11-12Z`. */
  readonly run: string;
  /** RFC 3339 with milliseconds, UTC. */
  readonly createdAt: string;
  readonly config: JudgedConfig;
  readonly baseline: LoadRun;
  readonly upgrade: LoadRun;
  readonly events: readonly RehearsalEvent[];
  readonly landed: Verdict["upgradeLanded"];
  readonly checklist: Verdict["checklist"];
  readonly roll: RollOutcome;
}
