import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { interruptions } from "../../analysis/evident.ts";
import { revertRoll, upgradeRoll } from "../../kops/roll-plan.ts";
import { abandonUpgrade } from "../abandon.ts";
import { Cluster } from "../cluster.ts";
import { editCluster } from "../edit.ts";
import { writeJson } from "../files.ts";
import { judgeRoll } from "../judge-roll.ts";
import { lastOf } from "../journal.ts";
import { measuredRoll } from "../measured-roll.ts";
import { nodesBefore } from "../nodes-before.ts";
import { readJson } from "../read-json.ts";
import type { RevertResult } from "../revert-result.ts";
import { newRollFolder, rollFolder } from "../roll-folder.ts";
import { endSkewProbe } from "../skew-probe.ts";
import { goThroughChecklist } from "./verdict.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { Step, StepContext } from "./step.ts";

/**
 * The way back under the baseline's load: the version edited back, updated, rolled. In the middle of an upgrade that is
 * stopped on purpose, or from wherever the mirror is.
 */
export const revert: Step = {
  phase: "edit",
  title: "take the mirror back to the old version under load",
  async run(context) {
    const { config, run, kops, log, resumed } = context;
    const mode = config.revert ?? { when: "asked" as const, afterNodes: 1 };
    if (!existsSync(kops.kubeconfig)) await writeKubeconfig(kops);
    const cluster = new Cluster(config.clusterName, kops.kubeconfig);
    await keepChecklist(context);
    await endSkewProbe(context, cluster);
    const name = mode.when === "midRoll" ? "revert-mid-roll" : "revert";
    if (!resumed) for (const folder of [name, half(name)]) await newRollFolder(run, folder);
    if (mode.when === "midRoll" && !existsSync(run.path("rolls", name, "stopped.json")))
      await halfAnUpgrade(context, cluster, mode.afterNodes, name);
    const folder = await rollFolder(run, name);
    const back = { ...context, config: { ...config, fromVersion: config.toVersion, toVersion: config.fromVersion } };
    log.phase = "edit";
    await editCluster(back, { version: config.fromVersion });
    const nodes = await nodesBefore(folder, cluster);
    const { roll, landed } = await measuredRoll(back, cluster, folder, revertRoll(), { nodes, wayBack: true });
    const { verdict } = await judgeRoll(run, folder, back.config, []);
    const felt = interruptions(verdict);
    const result: RevertResult = {
      when: mode.when,
      from: config.toVersion,
      to: config.fromVersion,
      ok: roll.ok && landed.landed,
      error: roll.error ?? null,
      nodes,
      minutes: Number(((roll.endMs - roll.startMs) / 60_000).toFixed(1)),
      verdict: verdict.verdict,
      reasons: verdict.reasons,
      requests: verdict.upgrade.requests,
      failed: verdict.upgrade.failed,
      interruptions: felt.count,
      longestMs: felt.longest?.durationMs ?? 0,
    };
    await writeJson(run.path("revert.json"), result);
    const upgraded = lastOf("upgrade", await run.journal());
    if (mode.when === "asked" && result.ok && upgraded !== undefined && upgraded.type !== "finished")
      await abandonUpgrade(context);
    log.emit({
      kind: "note",
      message: `the way back: ${result.ok ? "worked" : "did not work"}, ${result.minutes} min`,
    });
    return { result: { ...result } };
  },
};

/** The upgrade's checklist is about the upgraded cluster, which is about to go. */
async function keepChecklist(context: StepContext): Promise<void> {
  const { run } = context;
  const upgraded = lastOf("upgrade", await run.journal());
  if (upgraded?.type !== "finished" || existsSync(run.path("checklist.json"))) return;
  await writeJson(run.path("checklist.json"), await goThroughChecklist(context));
}

/** The folder of the upgrade before the way back. */
const half = (name: string): string => `${name}-upgrade`;

const halfSchema = z.object({ old: z.number().int() });

/** An upgrade that someone stops after a few nodes, those included that it had replaced before it was cut off itself. */
async function halfAnUpgrade(context: StepContext, cluster: Cluster, afterNodes: number, name: string): Promise<void> {
  const { config, run, log } = context;
  await editCluster(context, { version: config.toVersion });
  const all = await cluster.nodes();
  const nodes = all.length;
  const old = all.filter(({ status }) => status?.nodeInfo?.kubeletVersion !== `v${config.toVersion}`).length;
  const file = run.path("rolls", name, "half.json");
  if (!existsSync(file)) await writeJson(file, { old } satisfies z.infer<typeof halfSchema>);
  const before = await readJson(run, join("rolls", name, "half.json"), halfSchema);
  const folder = await rollFolder(run, half(name));
  const actions = upgradeRoll(config.order);
  const stopAfterNodes = afterNodes - (before.old - old);
  const { roll } = await measuredRoll(context, cluster, folder, actions, { nodes, stopAfterNodes });
  await writeJson(run.path("rolls", name, "stopped.json"), roll);
  const end = roll.stopped === true ? "was stopped" : "ended by itself before it was stopped";
  log.emit({ kind: "note", message: `kops ${end} after node ${afterNodes} of ${nodes}; now the way back` });
}
