import type { VerdictName } from "../../analysis/verdict-schema.ts";
import { createConfig } from "../../components/step-config.ts";
import { exitStatus, verdictStatus } from "../exit-status.ts";
import { staleness } from "../expiry.ts";
import { readConfig, readVerdict } from "../render.ts";
import { deployedApp } from "../app-fingerprint.ts";
import type { Run } from "../run.ts";
import { stackSettings } from "../stack-settings.ts";
import { kopsVersion } from "../tool-versions.ts";

export interface GateOptions {
  readonly accept: readonly VerdictName[];
  readonly maxAgeMs: number;
  readonly output: "text" | "json";
}

/** Whether a run's verdict is one that is accepted and still holds for what the stack's settings say, for a pipeline. */
export async function gate(
  run: Run,
  stack: string,
  { accept, maxAgeMs, output }: GateOptions,
): Promise<{ text: string; status: number }> {
  const found = await readVerdict(run);
  const { verdict, reasons } = found;
  const settings = await stackSettings(stack);
  const kops = await kopsVersion(found.clusterName).catch(() => undefined);
  const before = await readConfig(run);
  // Programs render it, which need not be here where a pipeline only asks.
  const app = before.app === undefined ? undefined : await deployedApp(settings).catch(() => undefined);
  const stale = staleness(found, before, {
    nowMs: Date.now(),
    maxAgeMs,
    fromVersion: settings.kubernetesVersion,
    toVersion: settings.targetVersion,
    manifests: createConfig(settings, { stateStore: "", networkId: "" }).manifests,
    app,
    kops,
  });
  const status = verdictStatus(verdict, accept) || (stale.length > 0 ? exitStatus.stale : 0);
  const accepted = status === 0;
  if (output === "json")
    return { text: `${JSON.stringify({ run: run.name, verdict, accepted, reasons, stale })}\n`, status };
  const expected = accept.includes(verdict);
  const lines = [
    `${verdict} ${expected ? "is accepted" : `is not among ${accept.join(", ")}`}: run ${run.name}`,
    ...reasons.map((reason) => `  ${reason}`),
    ...(stale.length > 0 ? ["The verdict no longer holds; `pulumi destroy`, then `pulumi up` rehearses anew:"] : []),
    ...stale.map((line) => `  ${line}`),
    ...(before.app !== undefined && app === undefined ? ["the app could not be rendered: it was not compared"] : []),
    ...(kops === undefined ? ["kops is not on PATH: its version was not compared"] : []),
  ];
  return { text: `${lines.join("\n")}\n`, status };
}
