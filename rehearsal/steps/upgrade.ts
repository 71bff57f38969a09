import { existsSync } from "node:fs";
import { verdictSchema } from "../../analysis/verdict-schema.ts";
import { upgradeRoll } from "../../kops/roll-plan.ts";
import { Cluster } from "../cluster.ts";
import { editCluster } from "../edit.ts";
import { writeWhole } from "../files.ts";
import { pendingRolls, pendingUpdates, rollDryRun, updateDryRun } from "../landed.ts";
import { loadResultSchema } from "../load/result.ts";
import { measuredRoll } from "../measured-roll.ts";
import { readJson } from "../read-json.ts";
import { alreadyThere, rollSchema } from "../roll.ts";
import { rollFolder } from "../roll-folder.ts";
import type { Run } from "../run.ts";
import { searchIntervals } from "../search.ts";
import { probeSkew } from "../skew-probe.ts";
import { workloadBefore } from "../workload.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { Step, StepContext } from "./step.ts";

/** Upgrades the mirror as the article says, under the load of the baseline, which starts before and ends after. */
export const upgrade: Step = {
  phase: "edit",
  title: "upgrade under load",
  async run(context) {
    const { config, run, log, kops } = context;
    if (!existsSync(kops.kubeconfig)) await writeKubeconfig(kops);
    const cluster = new Cluster(config.clusterName, kops.kubeconfig);
    const workload = config.search === undefined ? undefined : await workloadBefore(run, cluster, config.targetUrl);
    // The first roll may be done already, and what came after it was interrupted.
    if (!existsSync(run.path("landed.json"))) {
      const previous = await editCluster(context, { version: config.toVersion });
      log.phase = "dry-run";
      const nodes = await look(context, cluster, previous);
      const actions = upgradeRoll(config.order, { skewProbe: config.skewProbe });
      const skewProbe = (): Promise<void> => probeSkew(context, cluster);
      await measuredRoll(context, cluster, run, actions, { nodes, skewProbe });
    }
    if (workload === undefined) {
      const { failed, complete } = await readJson(run, "upgrade.json", loadResultSchema);
      return { result: { ...(await endOf(run, run)), failed, complete } };
    }
    const { attempts, chosen, ended } = await searchIntervals(context, cluster, workload);
    // The mirror is where the last of them has left it.
    const last = await rollFolder(run, attempts.length === 1 ? "" : String(attempts.length));
    const done = await endOf(run, last);
    return { result: { ...done, rolls: attempts.length, chosen: attempts[chosen]?.candidate, ended } };
  },
};

/** How a roll of the run ended, and whether the mirror is at the target version since: the journal is asked for it later. */
async function endOf(run: Run, folder: Run): Promise<{ run: string; rolled: boolean; landed: boolean }> {
  const { ok } = await readJson(folder, "roll.json", rollSchema);
  const { landed } = await readJson(folder, "landed.json", verdictSchema.shape.upgradeLanded);
  return { run: run.name, rolled: ok, landed };
}

/**
 * Keeps what `kops update` would do, for the report. (What a rolling update would do shows only after it.)
 *
 * @returns how many nodes are not at the target version
 */
async function look(context: StepContext, cluster: Cluster, previous: string): Promise<number> {
  const { config, run, log, resumed } = context;
  const output = await updateDryRun(context, "dry-run");
  // Of a run that goes on, the dry run from before its first step is the one of interest.
  if (!resumed || !existsSync(run.path("update.dry-run.txt"))) await writeWhole(run.path("update.dry-run.txt"), output);
  const pending = pendingUpdates(output);
  // One that goes on has found something to roll only if it has begun to.
  const begun = existsSync(run.path("upgrade.samples"));
  if (!begun && previous === config.toVersion && pending.length === 0) {
    if (pendingRolls(await rollDryRun(context, "dry-run")).length === 0)
      throw alreadyThere(config.clusterName, previous);
  }
  const nodes = await cluster.nodes();
  const old = nodes.filter((node) => node.status?.nodeInfo?.kubeletVersion !== `v${config.toVersion}`).length;
  const message = `kops would make ${pending.length} changes; ${old} of ${nodes.length} nodes are to be replaced`;
  log.emit({ kind: "note", message });
  return old;
}
