import { judge } from "../analysis/judge.ts";
import type { RehearsalEvent } from "../analysis/events.ts";
import { verdictSchema, type Verdict } from "../analysis/verdict-schema.ts";
import type { RehearsalConfig } from "./config.ts";
import { readLoadRun, type LoadedRun } from "./load-run.ts";
import { readJson } from "./read-json.ts";
import { eventsOf } from "./roll-folder.ts";
import { rollSchema } from "./roll.ts";
import type { Run } from "./run.ts";

/** A verdict and what it was made from. */
export interface JudgedRoll {
  readonly verdict: Verdict;
  readonly baseline: LoadedRun;
  readonly upgrade: LoadedRun;
  readonly events: readonly RehearsalEvent[];
}

/**
 * Judges one roll of a run from its files against the run's baseline.
 *
 * @param folder of the roll, see `rollFolder`
 * @throws RehearsalError when the roll has not come far enough
 */
export async function judgeRoll(
  run: Run,
  folder: Run,
  config: RehearsalConfig,
  checklist: Verdict["checklist"],
): Promise<JudgedRoll> {
  const baseline = await readLoadRun(run, "baseline");
  const upgrade = await readLoadRun(folder, "upgrade");
  const events = await eventsOf(run, folder);
  const { ok, error, notTheUpgrade } = await readJson(folder, "roll.json", rollSchema);
  const verdict = judge({
    run: run.name,
    createdAt: new Date().toISOString(),
    config,
    baseline,
    upgrade,
    events,
    landed: await readJson(folder, "landed.json", verdictSchema.shape.upgradeLanded),
    checklist,
    roll: {
      ok,
      ...(error === undefined ? {} : { error }),
      ...(notTheUpgrade === undefined ? {} : { notTheUpgrade }),
    },
  });
  return { verdict: verdictSchema.parse(verdict), baseline, upgrade, events };
}
