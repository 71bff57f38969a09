import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PolicyV1Api,
  VersionApi,
  type V1Deployment,
  type V1ReplicaSet,
  type V1StatefulSet,
} from "@kubernetes/client-node";
import { readFileSync } from "node:fs";
import pRetry from "p-retry";
import { known, unknown, type Fact } from "../../preflight/fact.ts";
import type { Budget, ProductionFacts, RequestedApi, Workload } from "../../preflight/facts.ts";
import { requestedApi, requestedApisMetric } from "../../preflight/requested-apis.ts";
import { systemPod } from "../cluster.ts";
import { messageOf } from "../errors.ts";
import { interrupted } from "../interrupt.ts";
import { limited } from "../limited.ts";
import { eachMetric } from "./metrics.ts";

const limitMs = 15_000;
/** Lists come in parts, so that a large cluster's API server is spared. */
const pageSize = 500;

interface Page<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly _continue?: string };
}

/**
 * What production's API server says, with a kubeconfig that may only read.
 *
 * @param kubeconfig path of the file; undefined when the settings name none
 */
export async function productionFacts(kubeconfig: string | undefined): Promise<ProductionFacts> {
  const config = loaded(kubeconfig);
  if (!config.known)
    return {
      version: config,
      kubelets: config,
      requestedApis: config,
      budgets: config,
      workloads: config,
      systemPods: config,
    };
  const ask = asker(config.value);
  const core = config.value.makeApiClient(CoreV1Api);
  const policy = config.value.makeApiClient(PolicyV1Api);
  const version = config.value.makeApiClient(VersionApi);
  const [gitVersion, kubelets, requestedApis, budgets, workloads, systemPods] = await Promise.all([
    ask("its version (get /version)", async () => (await version.getCode()).gitVersion),
    ask("nodes (list nodes)", async () =>
      (await all((page) => core.listNode(page))).map(({ metadata, status }) => ({
        node: metadata?.name ?? "",
        version: status?.nodeInfo?.kubeletVersion ?? "",
      })),
    ),
    ask(`the metric ${requestedApisMetric} (get /metrics)`, (signal) => requestedApisOf(config.value, signal)),
    ask("PodDisruptionBudgets (list poddisruptionbudgets.policy)", async () =>
      (await all((page) => policy.listPodDisruptionBudgetForAllNamespaces(page))).map(
        ({ metadata, status }): Budget => ({
          name: `${metadata?.namespace}/${metadata?.name}`,
          disruptionsAllowed: status?.disruptionsAllowed ?? 0,
          expectedPods: status?.expectedPods ?? 0,
          currentHealthy: status?.currentHealthy ?? 0,
        }),
      ),
    ),
    ask("workloads (list deployments.apps, statefulsets.apps, replicasets.apps)", () => workloadsOf(config.value)),
    ask("the pods of kube-system (list pods)", async () =>
      (await all((page) => core.listNamespacedPod({ namespace: "kube-system", ...page }))).map((pod) => ({
        ...systemPod(pod),
        priority: pod.spec?.priorityClassName,
      })),
    ),
  ]);
  return { version: gitVersion, kubelets, requestedApis, budgets, workloads, systemPods };
}

function loaded(file: string | undefined): Fact<KubeConfig> {
  const enable = "set production.kubeconfig to a kubeconfig that may read production (docs/preflight.md)";
  if (file === undefined)
    return unknown("production's API server was not asked: there is no production.kubeconfig", enable);
  try {
    const config = new KubeConfig();
    config.loadFromString(readFileSync(file, "utf8"));
    if (config.getCurrentCluster() === null) throw new Error("it has no current context");
    return known(config);
  } catch (error) {
    return unknown(
      `production's API server was not asked: ${file} is no kubeconfig that can be read (${messageOf(error)})`,
      enable,
    );
  }
}

type Asker = <T>(what: string, call: (signal: AbortSignal) => Promise<T>) => Promise<Fact<T>>;

function asker(config: KubeConfig): Asker {
  const server = config.getCurrentCluster()?.server ?? "an unknown address";
  return async (what, call) => {
    try {
      const once = (): ReturnType<typeof call> => {
        const signal = AbortSignal.any([AbortSignal.timeout(limitMs), interrupted]);
        return limited(call(signal), limitMs);
      };
      return known(
        await pRetry(once, {
          retries: 3,
          minTimeout: 500,
          randomize: true,
          shouldRetry: ({ error }) => !isDenied(error),
          signal: interrupted,
        }),
      );
    } catch (error) {
      interrupted.throwIfAborted();
      const said = messageOf(error).split("\n")[0] ?? "";
      return isDenied(error)
        ? unknown(
            `production's API server ${server} denied ${what}: ${said}`,
            "give the kubeconfig's user the ClusterRole of docs/preflight.md",
          )
        : unknown(
            `production's API server ${server} did not tell ${what}: ${said}`,
            "check the connection to the API server (VPN, bastion), then run it again",
          );
    }
  };
}

function isDenied(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 401 || code === 403;
}

async function all<T>(list: (page: { limit: number; _continue?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const page = await list({ limit: pageSize, ...(next === undefined ? {} : { _continue: next }) });
    items.push(...page.items);
    next = page.metadata?._continue;
  } while (next !== undefined && next !== "");
  return items;
}

async function requestedApisOf(config: KubeConfig, signal: AbortSignal): Promise<RequestedApi[]> {
  const found: RequestedApi[] = [];
  await eachMetric(
    config,
    (line) => {
      const api = requestedApi(line);
      if (api !== undefined) found.push(api);
    },
    signal,
  );
  return found;
}

/** Workloads that somebody has scaled; what kops itself runs, often as one pod, is the mirror's as well. */
async function workloadsOf(config: KubeConfig): Promise<Workload[]> {
  const apps = config.makeApiClient(AppsV1Api);
  const [deployments, statefulSets, replicaSets] = await Promise.all([
    all((page) => apps.listDeploymentForAllNamespaces(page)),
    all((page) => apps.listStatefulSetForAllNamespaces(page)),
    all((page) => apps.listReplicaSetForAllNamespaces(page)),
  ]);
  const named = (kind: string, objects: readonly (V1Deployment | V1StatefulSet | V1ReplicaSet)[]): Workload[] =>
    objects
      .filter(({ metadata }) => metadata?.labels?.["addon.kops.k8s.io/name"] === undefined)
      .filter(({ metadata }) => (metadata?.ownerReferences ?? []).length === 0)
      .map(({ metadata, spec }) => ({
        kind,
        name: `${metadata?.namespace}/${metadata?.name}`,
        replicas: spec?.replicas ?? 1,
      }));
  return [
    ...named("Deployment", deployments),
    ...named("StatefulSet", statefulSets),
    ...named("ReplicaSet", replicaSets),
  ];
}
