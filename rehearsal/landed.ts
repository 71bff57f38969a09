import { rollingUpdateArgv, updateArgv } from "../kops/argv.ts";
import { KopsError } from "../kops/errors.ts";
import { parseRollTable } from "../kops/roll-table.ts";
import { describeChange, parseUpdatePlan } from "../kops/update-plan.ts";
import type { Verdict } from "../analysis/verdict-schema.ts";
import type { Cluster } from "./cluster.ts";
import { messageOf } from "./errors.ts";
import { ExpiredCredentials } from "./expired.ts";
import { interrupted } from "./interrupt.ts";
import { rollOptions } from "./roll-options.ts";
import type { StepContext } from "./steps/step.ts";

type Landed = Verdict["upgradeLanded"];
const dryRunMs = 5 * 60_000;

/** What `kops update cluster` would do: its output. Nothing is changed. */
export async function updateDryRun({ kops, config }: StepContext, log: string): Promise<string> {
  const call = { timeLimitMs: dryRunMs, readOnly: true, log: `update-${log}`, show: true };
  const options = { ignoreKubeletVersionSkew: config.order === "legacy" };
  return (await kops.exec(updateArgv(kops.call, options), call)).stdout;
}

/** What `kops rolling-update cluster` would do: its output. Nothing is changed. */
export async function rollDryRun({ kops, config }: StepContext, log: string): Promise<string> {
  const call = { timeLimitMs: dryRunMs, readOnly: true, log: `rolling-update-${log}`, show: true };
  const { stdout, stderr } = await kops.exec(rollingUpdateArgv(kops.call, rollOptions(config)), call);
  return `${stdout}${stderr}`;
}

/** What the dry run of an update says is still to do, one line each. */
export function pendingUpdates(output: string): string[] {
  return parseUpdatePlan(output).changes.map(describeChange);
}

/** The same for a rolling update. */
export function pendingRolls(output: string): string[] {
  return parseRollTable(output)
    .filter(({ needUpdate }) => needUpdate > 0)
    .map(({ name, needUpdate }) => `roll ${needUpdate} of instance group ${name}`);
}

/**
 * Looks whether the upgrade landed: every kubelet has the target version, and kops proposes nothing more. What cannot be
 * found out has not landed; why is among the pending changes.
 */
export async function lookLanded(context: StepContext, cluster: Cluster): Promise<Landed> {
  let nodes: Landed["nodes"] = [];
  const pending: string[] = [];
  try {
    nodes = (await cluster.nodes()).map((node) => ({
      name: node.metadata?.name ?? "",
      // As the kubelet gives it: v1.35.0.
      kubeletVersion: node.status?.nodeInfo?.kubeletVersion ?? "",
    }));
    pending.push(...pendingUpdates(await updateDryRun(context, "after")));
    pending.push(...pendingRolls(await rollDryRun(context, "after")));
  } catch (error) {
    interrupted.throwIfAborted();
    // Credentials that ran out say nothing about the upgrade: the step goes on when there are new ones.
    if (error instanceof ExpiredCredentials || (error instanceof KopsError && error.code === "credentials"))
      throw error;
    pending.push(`unknown: ${messageOf(error).split("\n")[0] ?? ""}`);
  }
  const landed =
    nodes.length > 0 &&
    pending.length === 0 &&
    nodes.every(({ kubeletVersion }) => kubeletVersion === `v${context.config.toVersion}`);
  return { landed, nodes, pendingChanges: pending };
}
