import { UsageError } from "../errors.ts";
import { readConfig } from "../render.ts";
import { Runs } from "../run.ts";
import { revertSchema, type RevertResult } from "../revert-result.ts";
import { runStep } from "../step-runner.ts";

/**
 * Takes the mirror back to the version from before the open run's upgrade.
 *
 * @throws UsageError when there is no run to take back
 */
export async function revertLatest(dir: string): Promise<RevertResult> {
  const run = await new Runs(dir).current();
  if (run === undefined)
    throw new UsageError(`No upgrade is under way in ${dir}: there is nothing to take back.`, {
      next: "`npx rehearsal runs` lists the runs; a mirror that was destroyed needs no revert",
    });
  const { result } = await runStep("revert", { ...(await readConfig(run)), revert: { when: "asked", afterNodes: 1 } });
  return revertSchema.parse(result);
}
