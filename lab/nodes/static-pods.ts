import { createHash } from "node:crypto";
import type { V1Container, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import { parse } from "yaml";
import type { NodeupConfig } from "./nodeup.ts";
import type { StateStore } from "./state-store.ts";

/** A pod manifest in a node's manifest folder. */
export interface StaticPod {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers: readonly V1Container[];
  readonly priorityClassName: string;
}

/** The pod manifests that nodeup writes on a node of this configuration; those that kops wrote are read. */
export async function staticPodsOf(
  config: NodeupConfig,
  store: StateStore,
  configBase: string,
): Promise<readonly StaticPod[]> {
  const pods: StaticPod[] = [];
  const read = async (location: string): Promise<V1Pod> => {
    const content = await store.read(location);
    if (content === undefined) throw new Error(`the manifest ${location} is not in the state store`);
    return parse(content) as V1Pod;
  };
  const parts = new Map<string, V1Pod>();
  for (const { key, path } of config.staticManifests ?? []) parts.set(key, await read(`${configBase}/${path}`));

  const apiServer = config.APIServerConfig?.KubeAPIServer;
  const healthcheck = parts.get("kube-apiserver-healthcheck")?.spec?.containers ?? [];
  parts.delete("kube-apiserver-healthcheck");
  if (apiServer) {
    const pod = component("kube-apiserver", apiServer.image, "150m");
    pods.push({ ...pod, containers: [...pod.containers, ...healthcheck.map(bare)] });
  }
  const { KubeControllerManager, KubeScheduler } = config.ControlPlaneConfig ?? {};
  if (KubeControllerManager) pods.push(component("kube-controller-manager", KubeControllerManager.image, "100m"));
  if (KubeScheduler) pods.push(component("kube-scheduler", KubeScheduler.image, "100m"));
  for (const location of config.etcdManifests ?? []) pods.push(fromManifest(await read(location)));
  for (const pod of parts.values()) if (pod.metadata?.name !== undefined) pods.push(fromManifest(pod));
  if (config.KubeProxy && config.KubeProxy.enabled !== false) {
    const pod = component("kube-proxy", config.KubeProxy.image, "100m");
    pods.push({ ...pod, labels: { ...pod.labels, tier: "node" }, priorityClassName: "system-node-critical" });
  }
  return pods;
}

function component(name: string, image: string, cpu: string): StaticPod {
  return {
    name,
    labels: { "k8s-app": name },
    containers: [{ name, image, resources: { requests: { cpu } } }],
    priorityClassName: "system-cluster-critical",
  };
}

/** Without its volumes: they name files of a host that is not there, or images that only newer API servers know. */
function bare(container: V1Container): V1Container {
  const { name, image, command, args, resources } = container;
  return { name, image, command, args, resources };
}

function fromManifest(pod: V1Pod): StaticPod {
  return {
    name: pod.metadata?.name ?? "",
    labels: pod.metadata?.labels ?? {},
    annotations: pod.metadata?.annotations,
    containers: (pod.spec?.containers ?? []).map(bare),
    priorityClassName: pod.spec?.priorityClassName ?? "system-cluster-critical",
  };
}

/** The pod by which a kubelet shows one of its static pods in the API. */
export function mirrorPod(pod: StaticPod, node: { name: string; uid: string }): V1Pod {
  const spec: V1PodSpec = {
    nodeName: node.name,
    hostNetwork: true,
    priorityClassName: pod.priorityClassName,
    tolerations: [{ operator: "Exists" }],
    containers: pod.containers.map((container) => ({ ...container })),
  };
  const hash = createHash("md5").update(JSON.stringify(spec)).digest("hex");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${pod.name}-${node.name}`,
      namespace: "kube-system",
      labels: { ...pod.labels },
      annotations: {
        ...pod.annotations,
        "kubernetes.io/config.hash": hash,
        "kubernetes.io/config.mirror": hash,
        "kubernetes.io/config.source": "file",
      },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node.name, uid: node.uid, controller: true }],
    },
    spec,
  };
}
