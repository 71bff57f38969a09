import { existsSync } from "node:fs";
import type { V1Pod } from "@kubernetes/client-node";
import { workloadSchema, type Workload } from "../analysis/search/remedies.ts";
import { type Cluster, isReady, selects, systemNode } from "./cluster.ts";
import { writeJson } from "./files.ts";
import { readJson } from "./read-json.ts";
import type { Run } from "./run.ts";

type Looked = Pick<Cluster, "services" | "pods" | "budgets" | "nodes">;

/**
 * What serves a URL before a roll changes where the pods are. It is kept: whoever goes on after a kill would see what half a
 * roll has left, as all pods on one node.
 */
export async function workloadBefore(run: Run, cluster: Looked, targetUrl: string): Promise<Workload> {
  const name = "workload.json";
  if (!existsSync(run.path(name))) await writeJson(run.path(name), await lookAtWorkload(cluster, targetUrl));
  return await readJson(run, name, workloadSchema);
}

/** What serves a URL: the pods behind the Service whose load balancer has that host, and what protects them. */
export async function lookAtWorkload(cluster: Looked, targetUrl: string): Promise<Workload> {
  const found = await behind(cluster, targetUrl);
  if (found === undefined)
    return { service: null, pods: 0, nodes: 0, readinessProbe: false, preStop: false, budgets: [] };
  const { namespace, service, pods } = found;
  const budgets = (await cluster.budgets(namespace)).filter((budget) =>
    pods.some((pod) => selects(budget.spec?.selector, pod.metadata?.labels ?? {})),
  );
  const workers = (await cluster.nodes()).map(systemNode).filter(({ controlPlane }) => !controlPlane);
  return {
    workers: workers.length,
    service: `${namespace}/${service}`,
    pods: pods.length,
    nodes: new Set(pods.map((pod) => pod.spec?.nodeName)).size,
    readinessProbe: every(pods, ({ readinessProbe }) => readinessProbe !== undefined),
    preStop: every(pods, ({ lifecycle }) => lifecycle?.preStop !== undefined),
    budgets: budgets.map((budget) => ({
      name: `${namespace}/${budget.metadata?.name ?? ""}`,
      disruptionsAllowed: budget.status?.disruptionsAllowed ?? 0,
    })),
  };
}

/** Names of the pods that a URL's load balancer may send requests to now, without namespace; empty where none is known. */
export async function readyPods(cluster: Looked, targetUrl: string): Promise<string[]> {
  const pods = (await behind(cluster, targetUrl))?.pods ?? [];
  return pods.filter(({ status }) => isReady(status?.conditions)).map(({ metadata }) => metadata?.name ?? "");
}

async function behind(
  cluster: Looked,
  targetUrl: string,
): Promise<{ readonly namespace: string; readonly service: string; readonly pods: readonly V1Pod[] } | undefined> {
  const host = new URL(targetUrl).hostname;
  const service = (await cluster.services()).find(({ status }) =>
    (status?.loadBalancer?.ingress ?? []).some(({ hostname, ip }) => hostname === host || ip === host),
  );
  const selector = service?.spec?.selector;
  if (service === undefined || selector === undefined) return undefined;
  const namespace = service.metadata?.namespace ?? "";
  const pods = (await cluster.pods(namespace)).filter(
    ({ metadata }) =>
      metadata?.deletionTimestamp === undefined && selects({ matchLabels: selector }, metadata?.labels ?? {}),
  );
  return { namespace, service: service.metadata?.name ?? "", pods };
}

type Container = NonNullable<V1Pod["spec"]>["containers"][number];

/** In each pod, the containers that listen; a sidecar without ports needs neither probe nor hook. */
function every(pods: readonly V1Pod[], has: (container: Container) => boolean): boolean {
  return pods.every((pod) => {
    const all = pod.spec?.containers ?? [];
    const serving = all.filter(({ ports = [] }) => ports.length > 0);
    return (serving.length === 0 ? all : serving).every(has);
  });
}
