import { preflightConfig, runsDir } from "../../components/step-config.ts";
import { preflightText, refusalText } from "../../preflight/report.ts";
import { appSources } from "../app-manifests.ts";
import { exitStatus } from "../exit-status.ts";
import { preflight } from "../preflight/run.ts";
import { Runs } from "../run.ts";
import { stackSettings } from "../stack-settings.ts";

/** What `pulumi up` looks at first, for a stack in the current folder; no state of Pulumi's is needed. */
export async function preflightCommand(
  stack: string | undefined,
  output: "text" | "json",
): Promise<{ text: string; status: number }> {
  const settings = await stackSettings(stack);
  const owned = await new Runs(runsDir(settings)).owner();
  const owner = owned?.clusterName === settings.clusterName ? owned.generation : undefined;
  const sources = await appSources(settings.app, settings.kubernetesVersion);
  const report = await preflight(preflightConfig(settings, sources, owner));
  const status = report.stopped ? exitStatus.preflight : 0;
  if (output === "json") return { text: `${JSON.stringify(report, undefined, 2)}\n`, status };
  const next = report.stopped ? `Next: ${refusalText(report, settings.stack)}\n` : "";
  return { text: preflightText(report) + next, status };
}
