import type { Phase } from "../../analysis/events.ts";
import type { RehearsalConfig } from "../config.ts";
import type { EventLog } from "../event-log.ts";
import type { Kops } from "../kops.ts";
import type { Run, Runs } from "../run.ts";

export interface StepContext {
  readonly config: RehearsalConfig;
  readonly runs: Runs;
  readonly run: Run;
  readonly log: EventLog;
  readonly kops: Kops;
  /** The step was begun before and did not end. */
  readonly resumed: boolean;
}

export interface StepResult {
  /** Goes into the journal and onto standard output as one line of JSON; never a secret. */
  readonly result: Readonly<Record<string, unknown>>;
  /** Takes the place of the JSON on standard output; may be a secret, is kept nowhere. */
  readonly print?: string;
}

/** One step of a rehearsal. */
export interface Step {
  /** The phase of its events, to begin with. */
  readonly phase: Phase;
  /** For its first event and for people, e.g. `measure the baseline`. */
  readonly title: string;
  run(context: StepContext): Promise<StepResult>;
}
