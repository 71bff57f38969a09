import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { networkPlugin } from "../../kops/networking.ts";
import type { Verdict } from "../../analysis/verdict-schema.ts";
import { copyToStateStore } from "../artifacts.ts";
import { checklist } from "../checklist.ts";
import { Cluster, systemNode, systemPod } from "../cluster.ts";
import { messageOf } from "../errors.ts";
import { readIfThere, writeJson } from "../files.ts";
import { interrupted } from "../interrupt.ts";
import { lastOf } from "../journal.ts";
import { judgeAndRender } from "../render.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { Step, StepContext } from "./step.ts";

/** Goes through the checklist, judges the run, writes the report and copies everything to the state store. */
export const verdict: Step = {
  phase: "checklist",
  title: "judge the run",
  async run(context) {
    const { config, run, runs, log } = context;
    const upgraded = lastOf("upgrade", await run.journal());
    // Judging again, e.g. with other budgets, is about the state right after the upgrade.
    if (!existsSync(run.path("checklist.json")) || upgraded?.type !== "finished")
      await writeJson(run.path("checklist.json"), await goThroughChecklist(context));
    log.phase = "verdict";
    const judged = await judgeAndRender(run, config);
    log.emit({ kind: "note", message: `${judged.verdict}: ${judged.reasons.join("; ")}` });
    const copy = await copyToStateStore(run, config);
    return {
      result: {
        run: run.name,
        verdict: judged.verdict,
        reasons: judged.reasons,
        clusterName: judged.clusterName,
        fromVersion: judged.fromVersion,
        toVersion: judged.toVersion,
        intervals: judged.intervals,
        schedule: judged.schedule,
        reportPath: join(runs.dir, run.name, "report.html"),
        runbookPath: join(runs.dir, run.name, "runbook.md"),
        copy,
      },
    };
  },
};

const topologySchema = z.object({
  kind: z.literal("Cluster"),
  spec: z.object({
    topology: z.object({ dns: z.object({ type: z.string() }).optional() }).optional(),
  }),
});

/** kops puts flannel into a namespace of its own. */
const systemNamespaces = ["kube-system", "kube-flannel"];

/** Looks at kube-system; an API server that does not answer is a finding. */
export async function goThroughChecklist({ config, kops, log }: StepContext): Promise<Verdict["checklist"]> {
  const spec = config.manifests.map((manifest) => topologySchema.safeParse(manifest)).find(({ success }) => success)
    ?.data?.spec;
  try {
    if ((await readIfThere(kops.kubeconfig)) === undefined) await writeKubeconfig(kops);
    const cluster = new Cluster(config.clusterName, kops.kubeconfig);
    const items = checklist({
      pods: (await Promise.all(systemNamespaces.map((namespace) => cluster.pods(namespace)))).flat().map(systemPod),
      nodes: (await cluster.nodes()).map(systemNode),
      networking: networkPlugin(config.manifests.find(({ kind }) => kind === "Cluster")),
      dns: spec?.topology?.dns?.type !== "None",
    });
    for (const { name, ok, detail } of items)
      log.emit({ kind: ok ? "note" : "warning", message: `${ok ? "ok" : "FAILS"}  ${name}: ${detail}` });
    return items;
  } catch (error) {
    interrupted.throwIfAborted();
    // That the API server does not answer after the upgrade is a finding, not a failure of the tool.
    const detail = messageOf(error).split("\n")[0] ?? "";
    log.emit({ kind: "warning", message: detail });
    return [{ name: "kube-system", ok: false, detail }];
  }
}
