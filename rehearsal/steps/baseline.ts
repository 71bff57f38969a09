import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Cluster } from "../cluster.ts";
import { cutOff, span } from "../cut-off.ts";
import { RehearsalError } from "../errors.ts";
import { shortDuration } from "../event-log.ts";
import { writeJson } from "../files.ts";
import { interrupted } from "../interrupt.ts";
import { servingFile } from "../load-run.ts";
import { describeLoad } from "../load/describe.ts";
import { startLoad } from "../load/start.ts";
import { waitForTarget } from "../target.ts";
import { readyPods } from "../workload.ts";
import type { Step } from "./step.ts";

/** Measures the app before the upgrade. What an interrupted measurement left is thrown away. */
export const baseline: Step = {
  phase: "baseline",
  title: "measure the baseline",
  async run(context) {
    const { config, run, kops, log } = context;
    const before = await cutOff(run, "baseline");
    if (before !== undefined)
      log.emit({
        kind: "warning",
        message: `the baseline was interrupted: ${before.requests.toLocaleString("en")} requests ${span(before)} are discarded, and it is measured anew`,
      });
    for (const suffix of [".samples", ".json"]) await rm(run.path(`baseline${suffix}`), { force: true });
    await waitForTarget(context);
    // Each of them must be seen to answer, or what becomes of it in the upgrade is not seen either.
    const pods = await readyPods(new Cluster(config.clusterName, kops.kubeconfig), config.targetUrl);
    await writeJson(run.path(servingFile), { pods });
    const load = await startLoad(config, "baseline", run.dir);
    log.emit({ kind: "load-started", message: `k6 sends ${describeLoad(config.load)} to ${config.targetUrl}` });
    const began = Date.now();
    for (;;) {
      const result = await Promise.race([
        load.ended,
        delay(10_000, undefined, { signal: interrupted }).catch(() => undefined),
      ]);
      if (interrupted.aborted) {
        await load.stop();
        interrupted.throwIfAborted();
      }
      if (result !== undefined) break;
      const { requests, failed } = load.progress();
      const of = config.load.requests === undefined ? ` of ${config.load.durationSeconds}s` : ` elapsed`;
      const message = `${shortDuration(Date.now() - began)}${of}: ${requests.toLocaleString("en")} requests, ${failed} failed`;
      log.emit({ kind: "waiting", message });
    }
    const result = await load.ended;
    const requests = result.requests.fresh + result.requests.kept;
    log.emit({ kind: "load-ended", message: `${requests.toLocaleString("en")} requests, ${result.failed} failed` });
    if (!result.complete) {
      throw new RehearsalError(`The baseline of ${config.clusterName} was not measured to its end.`, {
        details: [result.problem ?? ""],
        next: "run the same command again: the baseline is measured anew",
        log: run.path("logs", "k6-baseline.log"),
      });
    }
    return { result: { run: run.name, requests, failed: result.failed, droppedIterations: result.droppedIterations } };
  },
};
