import { rollingUpdateArgv, updateArgv } from "../kops/argv.ts";
import { parseRollTable } from "../kops/roll-table.ts";
import { describeChange, parseUpdatePlan } from "../kops/update-plan.ts";
import type { Verdict } from "../analysis/verdict-schema.ts";
import type { Cluster } from "./cluster.ts";
import { messageOf } from "./errors.ts";
import { interrupted } from "./interrupt.ts";
import { rollOptions } from "./roll.ts";
import type { StepContext } from "./steps/step.ts";

type Landed = Verdict["upgradeLanded"];
const dryRunMs = 5 * 60_000;

/** Output of the two dry runs of kops: nothing is changed. */
export async function dryRuns({ kops, config }: StepContext, log: string): Promise<{ update: string; roll: string }> {
  const call = { timeLimitMs: dryRunMs, readOnly: true };
  const update = await kops.exec(updateArgv(kops.call), { ...call, log: `update-${log}` });
  const roll = await kops.exec(rollingUpdateArgv(kops.call, rollOptions(config)), {
    ...call,
    log: `rolling-update-${log}`,
  });
  return { update: update.stdout, roll: `${roll.stdout}${roll.stderr}` };
}

/** What the dry runs say is still to do, one line each. */
export function pendingChanges({ update, roll }: { readonly update: string; readonly roll: string }): string[] {
  const nodes = parseRollTable(roll)
    .filter(({ needUpdate }) => needUpdate > 0)
    .map(({ name, needUpdate }) => `roll ${needUpdate} of instance group ${name}`);
  return [...parseUpdatePlan(update).changes.map(describeChange), ...nodes];
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
    pending.push(...pendingChanges(await dryRuns(context, "after")));
  } catch (error) {
    interrupted.throwIfAborted();
    pending.push(`unknown: ${messageOf(error).split("\n")[0] ?? ""}`);
  }
  const landed =
    nodes.length > 0 &&
    pending.length === 0 &&
    nodes.every(({ kubeletVersion }) => kubeletVersion === `v${context.config.toVersion}`);
  return { landed, nodes, pendingChanges: pending };
}
