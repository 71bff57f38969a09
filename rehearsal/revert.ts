import { revertRoll } from "../kops/roll-plan.ts";
import type { Cluster } from "./cluster.ts";
import { editCluster } from "./edit.ts";
import { RehearsalError } from "./errors.ts";
import { roll } from "./roll.ts";
import type { StepContext } from "./steps/step.ts";

/** Takes the cluster back to the version from before, without measuring anything. */
export async function rollBack(context: StepContext, cluster: Cluster): Promise<void> {
  const { config } = context;
  await editCluster(context, { version: config.fromVersion });
  const nodes = (await cluster.nodes()).length;
  const { ok, error } = await roll(context, cluster, revertRoll(), { nodes });
  if (!ok)
    throw new RehearsalError(`${config.clusterName} could not be taken back to ${config.fromVersion}.`, {
      details: [error ?? ""],
      next: "`npx rehearsal revert` tries again; `pulumi destroy` and `pulumi up` make a new mirror",
      log: context.run.path("logs"),
    });
}
