import { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { durationMs } from "../../analysis/duration.ts";
import { isReady, type Cluster } from "../cluster.ts";
import { messageOf } from "../errors.ts";
import { CommandError, run as runCommand } from "../exec.ts";
import { productionOf, refuseProduction } from "../guards.ts";
import type { StepContext } from "../steps/step.ts";
import type { Look } from "../watch/poller.ts";
import { deletePods } from "./delete-pods.ts";
import { actionText, nextAction, patienceOf, type Action, type BlockedNode } from "./remedies.ts";
import { TakenFile } from "./taken-file.ts";

const lookMs = 2_000;
const callLimitMs = 15_000;

/**
 * Gets a roll going again that holds, as the article does: see `remedies.ts` for what is done and when. Each action is an
 * event. It only ever touches the mirror: production's name is refused, and an instance is terminated only if AWS says that
 * it is tagged as the mirror's.
 *
 * @throws UsageError when the settings name production
 */
export function unblocker(context: StepContext, cluster: Cluster, blocked: () => readonly BlockedNode[]): Look {
  const { config, log, run } = context;
  refuseProduction("unblock the roll of", config, config.production ?? productionOf(process.env));
  const { drainTimeout, validationTimeout } = config.intervals;
  const patience = patienceOf({ drain: durationMs(drainTimeout), validation: durationMs(validationTimeout) });
  let file: Promise<TakenFile> | undefined;
  return {
    what: `what holds up the roll of ${config.clusterName}`,
    everyMs: lookMs,
    look: async () => {
      file ??= TakenFile.open(run.path("unblocked.ndjson"));
      const done = await file;
      const action = nextAction(blocked(), done.taken, Date.now(), patience);
      if (action === undefined || (await isOver(action, cluster))) return;
      done.add({ node: action.node, remedy: action.remedy, atMs: Date.now() });
      const event = { node: action.node, pod: action.pods[0] };
      const failure = await perform(action, patience.drain, context, cluster).then(() => undefined, failureOf);
      // Tried in vain or not, it is what production will need as well.
      log.emit({ kind: "unblocked", ...event, message: actionText(action, failure) });
    },
  };
}

/**
 * Whether what was seen may be over: while the API server does not answer, as when the only control plane is replaced,
 * nobody knows; and an instance may have become a node since.
 */
async function isOver({ node, remedy }: Action, cluster: Pick<Cluster, "nodesNow">): Promise<boolean> {
  const nodes = await cluster.nodesNow().catch(() => undefined);
  if (nodes === undefined) return true;
  const found = nodes.find(({ metadata, spec }) =>
    [metadata?.name, spec?.providerID?.split("/").at(-1)].includes(node),
  );
  return remedy === "terminate" && found?.spec?.unschedulable !== true && isReady(found?.status?.conditions);
}

/** Why it could not be done: what a program said last tells more than how it ended. */
function failureOf(error: unknown): string {
  const last = error instanceof CommandError ? error.lastLines.at(-1) : undefined;
  return last ?? messageOf(error).split("\n")[0] ?? "";
}

async function perform(
  { remedy, node, pods }: Action,
  patienceMs: number,
  context: StepContext,
  cluster: Cluster,
): Promise<void> {
  const { config } = context;
  switch (remedy) {
    case "delete-pod":
    case "delete-system-pods":
      return await deletePods(pods, patienceMs, cluster);
    case "drain": {
      // Budgets hold for this drain, too: it may not wait longer than what comes after it can.
      const seconds = Math.ceil(patienceMs / 1000);
      const flags = ["--ignore-daemonsets", "--delete-emptydir-data", "--force", `--timeout=${seconds}s`];
      await runCommand({
        file: "kubectl",
        args: ["drain", node, ...flags],
        env: { KUBECONFIG: context.kops.kubeconfig },
        cluster: config.clusterName,
        timeLimitMs: seconds * 1000 + callLimitMs,
        logFile: context.run.path("logs", `kubectl-drain-${node}.log`),
      });
      return;
    }
    case "terminate":
      await terminate(node, config);
  }
}

/** @throws Error when AWS does not say that the instance is the cluster's */
async function terminate(instance: string, config: { clusterName: string; region: string }): Promise<void> {
  const ec2 = new EC2Client({ region: config.region, maxAttempts: 3 });
  const limit = () => ({ abortSignal: AbortSignal.timeout(callLimitMs) });
  try {
    const Filters = [
      { Name: "tag:KubernetesCluster", Values: [config.clusterName] },
      { Name: "instance-id", Values: [instance] },
    ];
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }), limit());
    const found = Reservations.flatMap(({ Instances = [] }) => Instances);
    if (found.length !== 1 || found[0]?.InstanceId !== instance)
      throw new Error(`${instance} is not an instance of ${config.clusterName}`);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] }), limit());
  } finally {
    ec2.destroy();
  }
}
