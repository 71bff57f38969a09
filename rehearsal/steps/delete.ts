import { rm } from "node:fs/promises";
import { deleteArgv } from "../../kops/argv.ts";
import { KopsError } from "../../kops/errors.ts";
import { clusterVersion } from "../cluster-version.ts";
import { terminateDetached } from "../detached.ts";
import type { Step, StepContext } from "./step.ts";

const minute = 60_000;

/** Deletes the mirror from whatever state it is in; one that is not there is done. */
export const deleteCluster: Step = {
  phase: "destroy",
  title: "delete the mirror cluster",
  async run(context) {
    const { config, kops, runs, log } = context;
    const existed = await exists(context);
    if (existed) {
      const detached = await terminateDetached(config);
      for (const instance of detached) {
        log.emit({
          kind: "instance-terminating",
          instance,
          message: `${instance} was left over from a roll: terminated`,
        });
      }
      log.emit({ kind: "waiting", message: `kops deletes ${config.clusterName} and all of its cloud resources` });
      let last = "";
      await kops.exec(deleteArgv(kops.call, { yes: true, wait: "25m0s", interval: "5s" }), {
        log: "delete",
        timeLimitMs: 30 * minute,
        onLine: (line) => {
          // kops lists what is left in one line each, again and again.
          const type = /^(\S+):(\S+)\s+(?:still|dependency|error)/.exec(line)?.[1];
          if (type === undefined || type === last) return;
          last = type;
          log.emit({ kind: "waiting", message: `waiting for a ${type} to go away (${log.elapsed()} elapsed)` });
        },
      });
    }
    await rm(kops.kubeconfig, { force: true });
    await runs.disown("the cluster was deleted");
    return { result: { clusterName: config.clusterName, deleted: existed } };
  },
};

/** Without a state store there is no cluster either. */
async function exists({ kops }: StepContext): Promise<boolean> {
  try {
    return (await clusterVersion(kops)) !== undefined;
  } catch (error) {
    if (error instanceof KopsError && error.code === "state-store-missing") return false;
    throw error;
  }
}
