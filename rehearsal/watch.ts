import {
  CoreV1Api,
  DiscoveryV1Api,
  makeInformer,
  type Informer,
  type KubernetesListObject,
  type KubernetesObject,
  type V1EndpointSlice,
  type V1Node,
} from "@kubernetes/client-node";
import type { Cluster } from "./cluster.ts";
import { messageOf } from "./errors.ts";
import type { NewEvent } from "./event-log.ts";
import { endpointEvents, nodeEvents } from "./watch-events.ts";

const retryMs = 1000;

/**
 * Watches nodes and the endpoints of Services outside of kube-system, and tells what happens to them. The API server may
 * go away at any time: the watch is taken up again until it is stopped.
 */
export class ClusterWatch {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopped = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly emit: (event: NewEvent) => void,
  ) {}

  async start(): Promise<void> {
    const { kubeConfig } = this.cluster;
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
    await Promise.all([
      this.#follow<V1Node>("/api/v1/nodes", () => core.listNode(), nodeEvents),
      this.#follow<V1EndpointSlice>(
        "/apis/discovery.k8s.io/v1/endpointslices",
        () => discovery.listEndpointSliceForAllNamespaces(),
        (before, after) => (isOfInterest(after ?? before) ? endpointEvents(before, after) : []),
      ),
    ]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  async #follow<T extends KubernetesObject>(
    path: string,
    list: () => Promise<KubernetesListObject<T>>,
    tell: (before: T | undefined, after: T | undefined) => NewEvent[],
  ): Promise<void> {
    const seen = new Map<string, T>();
    let first = true;
    const informer: Informer<T> = makeInformer(this.cluster.kubeConfig, path, list);
    const see = (object: T, gone: boolean): void => {
      const key = `${object.metadata?.namespace ?? ""}/${object.metadata?.name ?? ""}`;
      const before = seen.get(key);
      if (gone) seen.delete(key);
      else seen.set(key, object);
      // What is there at the start did not happen now.
      if (!first) for (const event of tell(before, gone ? undefined : object)) this.emit(event);
    };
    informer.on("add", (object) => see(object, false));
    informer.on("update", (object) => see(object, false));
    informer.on("delete", (object) => see(object, true));
    const restart = (): void => {
      if (this.#stopped) return;
      setTimeout(() => {
        if (!this.#stopped) informer.start().then(() => (first = false), restart);
      }, retryMs).unref();
    };
    informer.on("error", restart);
    this.#stops.push(() => informer.stop());
    await informer.start().then(
      () => (first = false),
      (error: unknown) => {
        this.emit({ kind: "warning", message: `cannot watch ${path} yet: ${messageOf(error).split("\n")[0] ?? ""}` });
        restart();
      },
    );
  }
}

function isOfInterest(slice: V1EndpointSlice | undefined): boolean {
  const { namespace, labels } = slice?.metadata ?? {};
  return namespace !== "kube-system" && labels?.["kubernetes.io/service-name"] !== "kubernetes";
}
