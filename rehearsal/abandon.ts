import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { rollFolder } from "./roll-folder.ts";
import type { StepContext } from "./steps/step.ts";

/** What the upgrade has left, relative to the run; the baseline is of the old version and stays good. */
const leftovers = [
  "upgrade.samples",
  "upgrade.json",
  "roll.json",
  "landed.json",
  "search.json",
  "workload.json",
  "skew-probe.json",
  "skew-probe-begun.json",
  "update.dry-run.txt",
];

/** Puts aside what was measured of an upgrade that did not finish, so that `pulumi up` begins it anew. */
export async function abandonUpgrade({ run, log }: Pick<StepContext, "run" | "log">): Promise<void> {
  const aside = `abandoned-${new Date().toISOString().replaceAll(/[-:.]/g, "")}`;
  const folder = await rollFolder(run, aside);
  for (const name of leftovers) if (existsSync(run.path(name))) await rename(run.path(name), folder.path(name));
  run.record({ type: "reverted" });
  log.emit({ kind: "note", message: "`pulumi up` begins the upgrade anew, with the baseline that is there" });
}
