import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { durationMs } from "../analysis/duration.ts";
import type { Verdict } from "../analysis/verdict-schema.ts";
import type { RollAction } from "../kops/roll-plan.ts";
import type { Cluster } from "./cluster.ts";
import { cutOff, span } from "./cut-off.ts";
import { messageOf, RehearsalError } from "./errors.ts";
import { keepEvidence } from "./evidence/collect.ts";
import { writeJson } from "./files.ts";
import { interrupted } from "./interrupt.ts";
import { lookLanded } from "./landed.ts";
import { describeLoad } from "./load/describe.ts";
import type { LoadResult } from "./load/result.ts";
import { startLoad, type RunningLoad } from "./load/start.ts";
import { roll, type RollAround, type RollResult } from "./roll.ts";
import type { Run } from "./run.ts";
import { besideProbe } from "./skew-probe.ts";
import type { StepContext } from "./steps/step.ts";
import { waitForTarget } from "./target.ts";
import { unblocker } from "./unblock/unblocker.ts";
import { uncordonLeftBehind } from "./uncordon.ts";
import { Poller } from "./watch/poller.ts";
import { ClusterWatch } from "./watch.ts";

export interface MeasuredRoll {
  readonly roll: RollResult;
  readonly landed: Verdict["upgradeLanded"];
  readonly load: LoadResult;
}

/**
 * Rolls the cluster under the load of the baseline, which starts before and ends after. Leaves `upgrade.samples`,
 * `upgrade.json`, `roll.json` and `landed.json` in a folder, the run's own or one for a further roll.
 */
export async function measuredRoll(
  context: StepContext,
  cluster: Cluster,
  folder: Run,
  actions: readonly RollAction[],
  around: RollAround,
): Promise<MeasuredRoll> {
  const { config, log } = context;
  // What is there afterwards is of this roll.
  for (const name of ["roll.json", "landed.json"]) await rm(folder.path(name), { force: true });
  // What serves may run nowhere else.
  await uncordonLeftBehind(cluster, log, await besideProbe(context.run));
  await waitForTarget(context, { required: !context.resumed && around.wayBack !== true });
  const { region, targetUrl } = config;
  const drainTimeoutMs = durationMs(config.intervals.drainTimeout);
  const watch = new ClusterWatch({ cluster, region, targetUrl, drainTimeoutMs }, (event) => log.emit(event));
  const unblock =
    config.onBlocked === "unblock"
      ? new Poller(
          unblocker(context, cluster, () => watch.blocked()),
          (event) => log.emit(event),
        )
      : undefined;
  const before = await cutOff(folder, "upgrade");
  const load = await startLoad(config, "upgrade", folder.dir, context.run);
  if (before !== undefined)
    log.emit({
      kind: "warning",
      message: `the roll was interrupted: nothing was measured ${span({ startMs: before.endMs, endMs: Date.now() })}, whatever happened then`,
    });
  try {
    await watch.start();
    await begin(context, load, folder);
    const rolling = (): Promise<RollResult> => roll(context, cluster, actions, { ...around, hopeless: watch.hopeless });
    // What kops has left halfway when it has ended is evidence, and nobody's to help any more.
    const rolled = await (unblock === undefined ? rolling() : unblock.during(rolling));
    await writeJson(folder.path("roll.json"), rolled);
    // While all is as it was when it halted.
    if (rolled.error !== undefined) await Promise.all([watch.tellConsoles(), tellEvidence(context)]);
    await settle(context, load, rolled);
    const landed = await lookLanded(context, cluster);
    await writeJson(folder.path("landed.json"), landed);
    return { roll: rolled, landed, load: await load.ended };
  } finally {
    // Whatever of the load cannot be kept, as on a full disk.
    await load.stop().finally(() => watch.stop());
  }
}

async function tellEvidence({ run, config, kops, log }: StepContext): Promise<void> {
  const folder = await keepEvidence(run, config, kops.kubeconfig);
  if (folder !== undefined) log.emit({ kind: "note", message: `evidence of what halted the roll: ${folder}` });
}

/** Waits for the load to flow, and for its warm-up, which is not judged. */
async function begin({ config, log }: StepContext, load: RunningLoad, folder: Run): Promise<void> {
  const first = await Promise.race([
    load.began.then(() => "began" as const),
    load.ended,
    delay(60_000, "late" as const, { ref: false }),
  ]);
  if (first !== "began") {
    throw new RehearsalError(`The load on ${config.targetUrl} did not begin; the upgrade was not started.`, {
      details: [first === "late" ? "No request came back within 60 s." : (first.problem ?? "k6 ended.")],
      next: "run the same command again once k6 can reach the target",
      log: folder.path("logs", "k6-upgrade.log"),
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
  if (roll.error !== undefined) log.emit({ kind: "warning", message: `the roll halted: ${roll.error}` });
  log.emit({ kind: "waiting", message: `the load goes on for ${config.load.cooldownSeconds}s` });
  await pause(config.load.cooldownSeconds);
  const { requests, failed } = await load.stop();
  const message = `${(requests.fresh + requests.kept).toLocaleString("en")} requests, ${failed} failed`;
  log.emit({ kind: "load-ended", message });
}

async function pause(seconds: number): Promise<void> {
  await delay(seconds * 1000, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
}
