import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  AutoScalingClient,
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import type { V1Node } from "@kubernetes/client-node";
import type { z } from "zod";
import { verdictSchema } from "../analysis/verdict-schema.ts";
import { isReady, type Cluster } from "./cluster.ts";
import { messageOf, RehearsalError } from "./errors.ts";
import { writeJson } from "./files.ts";
import { interrupted } from "./interrupt.ts";
import type { StepContext } from "./steps/step.ts";

/** `skew-probe.json`. */
export const skewProbeSchema = verdictSchema.shape.skewProbe.unwrap().unwrap();

/** As long as kops waits for a new node. */
const joinMs = 15 * 60_000;

/**
 * Adds one node while only the control plane is upgraded, as an autoscaler would: its launch template is still the old
 * one, and it must join. The node is cordoned as soon as it is there and leaves again. That it does not join is a finding.
 */
export async function probeSkew(context: StepContext, cluster: Cluster): Promise<void> {
  const { config, run, log } = context;
  // A roll that goes on has done it already.
  if (existsSync(run.path("skew-probe.json"))) return;
  const client = new AutoScalingClient({
    region: config.region,
    maxAttempts: 5,
    requestHandler: { requestTimeout: 30_000 },
  });
  try {
    const group = await nodeGroup(client, config.clusterName);
    const name = group.AutoScalingGroupName ?? "";
    const size = group.DesiredCapacity ?? 0;
    const before = new Set((await cluster.nodes()).map((node) => node.metadata?.name));
    log.emit({
      kind: "note",
      message: `one node is added to ${name}, as an autoscaler would in the middle of an upgrade`,
    });
    const began = Date.now();
    await client.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        MaxSize: Math.max(group.MaxSize ?? 0, size + 1),
        DesiredCapacity: size + 1,
      }),
    );
    const node = await joined(cluster, before, began);
    const kubeletVersion = node?.status?.nodeInfo?.kubeletVersion ?? null;
    const seconds = Math.round((Date.now() - began) / 1000);
    const detail =
      node === undefined
        ? `no node joined within ${joinMs / 60_000} minutes while only the control plane was at ${config.toVersion}`
        : `node ${node.metadata?.name ?? ""} joined with kubelet ${kubeletVersion ?? ""} after ${seconds} s`;
    await writeJson(run.path("skew-probe.json"), {
      joined: node !== undefined,
      node: node?.metadata?.name ?? null,
      kubeletVersion,
      apiServerVersion: config.toVersion,
      seconds,
      detail,
    } satisfies z.infer<typeof skewProbeSchema>);
    log.emit({ kind: node === undefined ? "warning" : "note", message: `skew probe: ${detail}` });
    await shrink(client, cluster, { group, before, node });
  } catch (cause) {
    interrupted.throwIfAborted();
    if (cause instanceof RehearsalError) throw cause;
    throw new RehearsalError(`The skew probe could not add a node to ${config.clusterName}.`, {
      details: [messageOf(cause)],
      next: "check the permissions for autoscaling:UpdateAutoScalingGroup, or set skewProbe: false; then `pulumi up` goes on",
      cause,
    });
  } finally {
    client.destroy();
  }
}

/** The first of the cluster's node groups, by exact tags. */
async function nodeGroup(client: AutoScalingClient, clusterName: string): Promise<AutoScalingGroup> {
  const pages = paginateDescribeAutoScalingGroups(
    { client },
    {
      Filters: [
        { Name: "tag:KubernetesCluster", Values: [clusterName] },
        { Name: "tag-key", Values: ["k8s.io/role/node"] },
      ],
    },
  );
  for await (const { AutoScalingGroups = [] } of pages) {
    const [group] = AutoScalingGroups;
    if (group !== undefined) return group;
  }
  throw new Error(`no Auto Scaling group is tagged KubernetesCluster=${clusterName} and k8s.io/role/node`);
}

/** A node that was not there and is ready; cordoned at first sight, so that the app stays where it is. */
async function joined(
  cluster: Cluster,
  before: ReadonlySet<string | undefined>,
  began: number,
): Promise<V1Node | undefined> {
  let cordoned = false;
  while (Date.now() - began < joinMs) {
    const node = (await cluster.nodes()).find(({ metadata }) => !before.has(metadata?.name));
    if (node !== undefined && !cordoned) {
      await cluster.cordon(node.metadata?.name ?? "");
      cordoned = true;
    }
    if (node !== undefined && isReady(node.status?.conditions)) return node;
    await delay(2000, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
  }
  return undefined;
}

/** Takes away exactly the instance that was added: an Auto Scaling group that is made smaller would choose one itself. */
async function shrink(
  client: AutoScalingClient,
  cluster: Cluster,
  {
    group,
    before,
    node,
  }: { group: AutoScalingGroup; before: ReadonlySet<string | undefined>; node: V1Node | undefined },
): Promise<void> {
  const name = group.AutoScalingGroupName ?? "";
  const limits = { MinSize: group.MinSize ?? 0, MaxSize: group.MaxSize ?? 0 };
  const own = node?.spec?.providerID?.split("/").at(-1);
  const known = new Set((group.Instances ?? []).map(({ InstanceId }) => InstanceId));
  const added = own ?? (await instances(client, name)).find((id) => !known.has(id) && !before.has(id));
  if (added !== undefined)
    await client.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: added, ShouldDecrementDesiredCapacity: true }),
    );
  await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, ...limits }));
  if (node !== undefined) await cluster.deleteNode(node.metadata?.name ?? "");
}

async function instances(client: AutoScalingClient, name: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups(
    { client },
    { AutoScalingGroupNames: [name] },
  ))
    ids.push(
      ...AutoScalingGroups.flatMap(({ Instances = [] }) => Instances.flatMap(({ InstanceId }) => InstanceId ?? [])),
    );
  return ids;
}
