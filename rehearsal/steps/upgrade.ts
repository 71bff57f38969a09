import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { getAllArgv, replaceArgv } from "../../kops/argv.ts";
import { Cluster } from "../cluster.ts";
import { messageOf, RehearsalError } from "../errors.ts";
import { writeJson, writeWhole } from "../files.ts";
import { interrupted } from "../interrupt.ts";
import { lookLanded, pendingRolls, pendingUpdates, rollDryRun, updateDryRun } from "../landed.ts";
import { startLoad, type RunningLoad } from "../load/start.ts";
import type { LoadResult } from "../load/result.ts";
import { editVersion } from "../manifests.ts";
import { alreadyThere, rollStaged, type RollResult } from "../roll.ts";
import { waitForTarget } from "../target.ts";
import { ClusterWatch } from "../watch.ts";
import { describeLoad } from "./baseline.ts";
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
    const previous = await setTargetVersion(context);
    log.phase = "dry-run";
    const nodes = await look(context, cluster, previous);
    await waitForTarget(context);

    const watch = new ClusterWatch({ cluster, region: config.region, targetUrl: config.targetUrl }, (event) =>
      log.emit(event),
    );
    await watch.start();
    const load = await startLoad(config, "upgrade", run.dir);
    try {
      await begin(context, load);
      const roll = await rollStaged(context, cluster, nodes);
      await writeJson(run.path("roll.json"), roll);
      await settle(context, load, roll);
      const landed = await lookLanded(context, cluster);
      await writeJson(run.path("landed.json"), landed);
      const { failed, complete } = await load.ended;
      return { result: { run: run.name, rolled: roll.ok, landed: landed.landed, failed, complete } };
    } finally {
      await load.stop();
      await watch.stop();
    }
  },
};

/** The article's `kops edit cluster`; returns the version from before. */
async function setTargetVersion({ config, kops, run, log }: StepContext): Promise<string> {
  const call = { log: "get", timeLimitMs: 120_000, readOnly: true };
  const { stdout } = await kops.exec(getAllArgv(kops.call), call);
  const { text, previous } = editVersion(stdout, config.toVersion);
  if (previous === config.toVersion) return previous;
  const file = run.path("manifests.upgraded.yaml");
  await writeWhole(file, text);
  log.emit({ kind: "note", message: `spec.kubernetesVersion: ${previous} -> ${config.toVersion}` });
  await kops.exec(replaceArgv(kops.call, file), { log: "replace", timeLimitMs: 120_000, show: true });
  return previous;
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
  if (!resumed && previous === config.toVersion && pending.length === 0) {
    if (pendingRolls(await rollDryRun(context, "dry-run")).length === 0)
      throw alreadyThere(config.clusterName, previous);
  }
  const nodes = await cluster.nodes();
  const old = nodes.filter((node) => node.status?.nodeInfo?.kubeletVersion !== `v${config.toVersion}`).length;
  const message = `kops would make ${pending.length} changes; ${old} of ${nodes.length} nodes are to be replaced`;
  log.emit({ kind: "note", message });
  return old;
}

/** Waits for the load to flow, and for its warm-up, which is not judged. */
async function begin({ config, log, run }: StepContext, load: RunningLoad): Promise<void> {
  const first = await Promise.race([
    load.began.then(() => "began" as const),
    load.ended,
    delay(60_000, "late" as const, { ref: false }),
  ]);
  if (first !== "began") {
    throw new RehearsalError(`The load on ${config.targetUrl} did not begin; the upgrade was not started.`, {
      details: [first === "late" ? "No request came back within 60 s." : (first.problem ?? "k6 ended.")],
      next: "run the same command again once k6 can reach the target",
      log: run.path("logs", "k6-upgrade.log"),
    });
  }
  log.emit({ kind: "load-started", message: `k6 sends ${describeLoad(config.load)} to ${config.targetUrl}` });
  void load.ended.then(
    (result) => tellEarlyEnd(log, result),
    (error: unknown) => log.emit({ kind: "warning", message: `the load failed: ${messageOf(error)}` }),
  );
  await pause(config.load.warmupSeconds);
}

function tellEarlyEnd(log: StepContext["log"], result: LoadResult): void {
  if (!result.complete) log.emit({ kind: "warning", message: `the load is not complete: ${result.problem ?? ""}` });
}

/** The load goes on for a while after the roll, however that ended. */
async function settle({ config, log }: StepContext, load: RunningLoad, roll: RollResult): Promise<void> {
  log.phase = "settle";
  if (!roll.ok) log.emit({ kind: "warning", message: `the roll halted: ${roll.error ?? ""}` });
  log.emit({ kind: "waiting", message: `the load goes on for ${config.load.cooldownSeconds}s` });
  await pause(config.load.cooldownSeconds);
  const { requests, failed } = await load.stop();
  const message = `${(requests.fresh + requests.kept).toLocaleString("en")} requests, ${failed} failed`;
  log.emit({ kind: "load-ended", message });
}

async function pause(seconds: number): Promise<void> {
  await delay(seconds * 1000, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
}
