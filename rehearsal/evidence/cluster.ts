import { existsSync } from "node:fs";
import { AppsV1Api, CoreV1Api, DiscoveryV1Api, KubeConfig, PolicyV1Api } from "@kubernetes/client-node";
import type { Source } from "./collect.ts";

/** What of the cluster explains a failure. Secrets and ConfigMaps are not asked for. */
export function clusterSources(clusterName: string, kubeconfig: string): Source[] {
  if (!existsSync(kubeconfig)) return [];
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
  } catch {
    return [{ file: "cluster.json", get: () => Promise.reject(new Error(`no kubeconfig of ${clusterName}`)) }];
  }
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const policy = config.makeApiClient(PolicyV1Api);
  const source = (name: string, get: () => Promise<{ items: unknown[] }>): Source => ({
    file: `cluster/${name}.json`,
    get: async () => (await get()).items,
  });
  return [
    source("nodes", () => core.listNode()),
    source("pods", () => core.listPodForAllNamespaces()),
    source("events", () => core.listEventForAllNamespaces()),
    source("services", () => core.listServiceForAllNamespaces()),
    source("endpointslices", () => discovery.listEndpointSliceForAllNamespaces()),
    source("poddisruptionbudgets", () => policy.listPodDisruptionBudgetForAllNamespaces()),
    source("deployments", () => apps.listDeploymentForAllNamespaces()),
    source("daemonsets", () => apps.listDaemonSetForAllNamespaces()),
    source("replicasets", () => apps.listReplicaSetForAllNamespaces()),
  ];
}
