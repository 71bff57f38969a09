import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { V1Node } from "@kubernetes/client-node";
import { z } from "zod";
import { verdictSchema } from "../analysis/verdict-schema.ts";
import { isReady, systemNode, type Cluster } from "./cluster.ts";
import { isNoRoom, messageOf, RehearsalError } from "./errors.ts";
import { readIfThere, writeJson } from "./files.ts";
import { interrupted } from "./interrupt.ts";
import { nodeGroups, type NodeGroups } from "./skew-probe-group.ts";
import type { Run } from "./run.ts";
import type { StepContext } from "./steps/step.ts";

/** `skew-probe.json`. */
export const skewProbeSchema = verdictSchema.shape.skewProbe.unwrap().unwrap();

/** `skew-probe-begun.json`: the group as it was, and, once it is known, what came of it. */
const begunSchema = z.object({
  group: z.object({
    name: z.string(),
    min: z.number().int(),
    max: z.number().int(),
    desired: z.number().int(),
    instances: z.array(z.string()),
  }),
  /** Nodes that were there. */
  nodes: z.array(z.string()),
  outcome: z.object({ result: skewProbeSchema, instance: z.string().optional() }).optional(),
});
type Begun = z.infer<typeof begunSchema>;

/** As long as kops waits for a new node. */
const joinMs = 15 * 60_000;

/**
 * Adds one node while only the control plane is upgraded, as an autoscaler would: its launch template is still the old
 * one, and it must join. The node is cordoned as soon as it is there and leaves again. That it does not join is a finding.
 *
 * How the group was is kept before it is changed: whoever goes on after a kill adds no second node, and leaves none.
 */
export async function probeSkew(
  { config, run, log }: Pick<StepContext, "config" | "run" | "log">,
  cluster: Pick<Cluster, "nodes" | "cordon" | "deleteNode">,
  groups: NodeGroups = nodeGroups(config),
): Promise<void> {
  // A roll that goes on has done it already.
  if (existsSync(run.path("skew-probe.json"))) return;
  const file = run.path("skew-probe-begun.json");
  try {
    const text = await readIfThere(file);
    const begun: Begun = text === undefined ? await look(cluster, groups) : begunSchema.parse(JSON.parse(text));
    if (text === undefined) await writeJson(file, begun);
    if (begun.outcome === undefined) {
      const { name, desired, max } = begun.group;
      log.emit({
        kind: "note",
        message: `one node is added to ${name}, as an autoscaler would in the middle of an upgrade`,
      });
      begun.outcome = await addOne(
        begun,
        cluster,
        groups,
        { max: Math.max(max, desired + 1), desired: desired + 1 },
        config.toVersion,
      );
      await writeJson(file, begun);
      const { joined, detail } = begun.outcome.result;
      log.emit({ kind: joined ? "note" : "warning", message: `skew probe: ${detail}` });
    }
    const { result, instance } = begun.outcome;
    await takeAway(begun.group, { instance, node: result.node }, cluster, groups);
    await writeJson(run.path("skew-probe.json"), result);
  } catch (cause) {
    interrupted.throwIfAborted();
    // A full disk has a next step of its own.
    if (cause instanceof RehearsalError || isNoRoom(cause)) throw cause;
    throw new RehearsalError(`The skew probe could not add a node to ${config.clusterName}, or take it away again.`, {
      details: [messageOf(cause)],
      next: "check the permissions for autoscaling:UpdateAutoScalingGroup, or set skewProbe: false; then `pulumi up` goes on",
      cause,
    });
  } finally {
    groups.close();
  }
}

/** Takes away what a probe that was cut off has left: whoever goes back instead of on has no use for it. */
export async function endSkewProbe(
  { config, run, log }: Pick<StepContext, "config" | "run" | "log">,
  cluster: Pick<Cluster, "nodes" | "deleteNode">,
  groups: NodeGroups = nodeGroups(config),
): Promise<void> {
  const file = run.path("skew-probe-begun.json");
  try {
    const text = await readIfThere(file);
    if (text === undefined || existsSync(run.path("skew-probe.json"))) return;
    const begun = begunSchema.parse(JSON.parse(text));
    const { group, nodes, outcome } = begun;
    const added =
      outcome?.instance ?? (await groups.get(group.name)).instances.find((id) => !group.instances.includes(id));
    const left = (await cluster.nodes()).find(({ metadata, spec }) => {
      const own = spec?.providerID?.split("/").at(-1) ?? metadata?.name;
      return added !== undefined && own === added && !nodes.includes(metadata?.name ?? "");
    });
    await takeAway(group, { instance: added, node: left?.metadata?.name ?? outcome?.result.node }, cluster, groups);
    await rm(file, { force: true });
    log.emit({ kind: "note", message: `the node that a skew probe had added to ${group.name} is taken away again` });
  } finally {
    groups.close();
  }
}

/**
 * The nodes besides the one that a probe which was cut off has added: that one is cordoned for the app to stay off it, as it
 * leaves again without a drain. Undefined when no probe is under way.
 */
export async function besideProbe(run: Run): Promise<readonly string[] | undefined> {
  const text = await readIfThere(run.path("skew-probe-begun.json"));
  if (text === undefined || existsSync(run.path("skew-probe.json"))) return undefined;
  return begunSchema.parse(JSON.parse(text)).nodes;
}

async function look(cluster: Pick<Cluster, "nodes">, groups: NodeGroups): Promise<Begun> {
  const { instances, ...group } = await groups.find();
  const nodes = (await cluster.nodes()).map(({ metadata }) => metadata?.name ?? "");
  return { group: { ...group, instances: [...instances] }, nodes };
}

async function addOne(
  { group, nodes }: Begun,
  cluster: Pick<Cluster, "nodes" | "cordon">,
  groups: NodeGroups,
  size: { max: number; desired: number },
  apiServerVersion: string,
): Promise<NonNullable<Begun["outcome"]>> {
  const began = Date.now();
  await groups.resize(group.name, size);
  const node = await joined(cluster, new Set(nodes), began);
  const kubeletVersion = node?.status?.nodeInfo?.kubeletVersion ?? null;
  const seconds = Math.round((Date.now() - began) / 1000);
  const name = node?.metadata?.name ?? null;
  const detail =
    node === undefined
      ? `no node joined within ${joinMs / 60_000} minutes while only the control plane was at ${apiServerVersion}`
      : `node ${name ?? ""} joined with kubelet ${kubeletVersion ?? ""} after ${seconds} s`;
  const result = { joined: node !== undefined, node: name, kubeletVersion, apiServerVersion, seconds, detail };
  const known = new Set([...group.instances, ...nodes]);
  const instance =
    node?.spec?.providerID?.split("/").at(-1) ?? (await groups.get(group.name)).instances.find((id) => !known.has(id));
  return { result, ...(instance === undefined ? {} : { instance }) };
}

/** A node that was not there and is ready; cordoned at first sight, so that the app stays where it is. */
async function joined(
  cluster: Pick<Cluster, "nodes" | "cordon">,
  before: ReadonlySet<string>,
  began: number,
): Promise<V1Node | undefined> {
  let cordoned = false;
  while (Date.now() - began < joinMs) {
    const node = (await cluster.nodes()).find(
      (one) => !before.has(one.metadata?.name ?? "") && !systemNode(one).controlPlane,
    );
    if (node !== undefined && !cordoned) {
      await cluster.cordon(node.metadata?.name ?? "");
      cordoned = true;
    }
    if (node !== undefined && isReady(node.status?.conditions)) return node;
    await delay(2000, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
  }
  return undefined;
}

/** Leaves the group as it was; what of it was done before is not done again. */
async function takeAway(
  { name, min, max, desired }: Begun["group"],
  { instance, node }: { readonly instance?: string | undefined; readonly node?: string | null | undefined },
  cluster: Pick<Cluster, "deleteNode">,
  groups: NodeGroups,
): Promise<void> {
  const { instances } = await groups.get(name);
  if (instance !== undefined && instances.includes(instance)) await groups.terminate(instance);
  await groups.resize(name, { min, max, desired });
  if (node !== undefined && node !== null) await cluster.deleteNode(node);
}
