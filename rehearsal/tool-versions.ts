import type { StepName } from "./config.ts";
import { run as runCommand } from "./exec.ts";
import { readIfThere, writeJson } from "./files.ts";
import { k6Version } from "./load/start.ts";
import type { Run } from "./run.ts";

/** Writes `tools.json`, for the report, before the first step that measures. */
export async function recordTools(step: StepName, run: Run, cluster: string): Promise<void> {
  if (step !== "baseline" && step !== "upgrade") return;
  if ((await readIfThere(run.path("tools.json"))) !== undefined) return;
  const { stdout } = await runCommand({ file: "kops", args: ["version", "--short"], cluster, timeLimitMs: 60_000 });
  const versions = {
    kops: stdout.trim().replace(/^v/, ""),
    k6: await k6Version(cluster),
    node: process.version.slice(1),
  };
  await writeJson(run.path("tools.json"), versions);
}
