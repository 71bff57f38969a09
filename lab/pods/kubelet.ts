import type { V1Pod } from "@kubernetes/client-node";
import pRetry from "p-retry";
import type { LabContext, Part } from "../context.ts";
import type { JoinedNode } from "../nodes/fleet.ts";
import { isConflict, isNotFound, type Kube } from "../nodes/kube.ts";
import { mirrorPod } from "../nodes/static-pods.ts";
import { CollectionWatch } from "../nodes/watch.ts";
import { AddressBlock, podSecondByte } from "./address-block.ts";
import { PodWorker, type PodEnvironment } from "./pod-worker.ts";
import { podPath } from "./status-writer.ts";

export interface KubeletOptions {
  readonly context: LabContext;
  readonly kube: Kube;
  readonly podStartMs: number;
  readonly podReadyMs: number;
}

/** The kubelets of all nodes: one watch, one worker for each pod. */
export class Kubelet implements Part {
  readonly #workers = new Map<string, PodWorker>();
  readonly #nodes = new Map<string, JoinedNode>();
  readonly #gone = new Set<string>();
  readonly #environment: PodEnvironment;
  #watch?: CollectionWatch<V1Pod>;
  #stopListening = (): void => undefined;

  private constructor(environment: PodEnvironment) {
    this.#environment = environment;
  }

  static async start(options: KubeletOptions): Promise<Kubelet> {
    const { context, kube } = options;
    const kubelet = new Kubelet({ ...options, addresses: await AddressBlock.reserve(podSecondByte) });
    kubelet.#watch = await CollectionWatch.start<V1Pod>({
      kube,
      path: "/api/v1/pods",
      fieldSelector: "spec.nodeName!=",
      upsert: (pod) => kubelet.#upsert(pod),
      remove: (pod) => kubelet.#removed(pod),
      onError: (error) => context.log("pods", `watch of the pods: ${error.message}; listing again`),
    });
    kubelet.#stopListening = context.faults.onChange(() => {
      for (const worker of kubelet.#workers.values()) worker.faultsChanged();
    });
    return kubelet;
  }

  async stop(): Promise<void> {
    this.#stopListening();
    this.#watch?.stop();
    for (const worker of this.#workers.values()) worker.kill();
    this.#workers.clear();
    await this.#environment.addresses.release();
  }

  /** How many pods run as processes, and how many there are. */
  counts(): { processes: number; total: number } {
    const addresses = [...this.#workers.values()].filter(({ hasProcess }) => hasProcess);
    return { processes: addresses.length, total: this.#workers.size };
  }

  podsOn(node: string): V1Pod[] {
    return (this.#watch?.values() ?? []).filter(({ spec }) => spec?.nodeName === node);
  }

  nodeUp(node: JoinedNode): void {
    this.#nodes.set(node.name, node);
    for (const pod of this.podsOn(node.name)) this.#upsert(pod);
    for (const { name } of node.staticPods) this.#mirror(node, name);
  }

  /** Kills what runs there, then takes the node's pods out of the API, as the pod garbage collector does. */
  async nodeGone(name: string): Promise<void> {
    this.#nodes.delete(name);
    this.#gone.add(name);
    for (const [uid, worker] of this.#workers) {
      if (worker.node !== name) continue;
      worker.kill();
      this.#workers.delete(uid);
    }
    await Promise.all(this.podsOn(name).map((pod) => this.#collect(pod)));
  }

  #upsert(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? "";
    const node = this.#nodes.get(pod.spec?.nodeName ?? "");
    const worker = this.#workers.get(uid);
    if (worker !== undefined) return worker.update(pod);
    // Bound at the moment at which the node went away.
    if (this.#gone.has(pod.spec?.nodeName ?? "")) return void this.#collect(pod);
    if (node === undefined || ["Succeeded", "Failed"].includes(pod.status?.phase ?? "")) return;
    const started = new PodWorker(pod, node.address, this.#environment);
    this.#workers.set(uid, started);
    started.update(pod);
  }

  #removed(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? "";
    void this.#workers.get(uid)?.removed();
    this.#workers.delete(uid);
    const node = this.#nodes.get(pod.spec?.nodeName ?? "");
    const isMirror = pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined;
    if (node === undefined || !isMirror) return;
    const name = pod.metadata?.name?.slice(0, -`-${node.name}`.length) ?? "";
    if (node.staticPods.some((staticPod) => staticPod.name === name)) this.#mirror(node, name);
  }

  /** Shows a static pod in the API, for as long as its node is up. */
  #mirror(node: JoinedNode, name: string): void {
    const create = async () => {
      const staticPod = node.staticPods.find((one) => one.name === name);
      if (staticPod === undefined || this.#nodes.get(node.name) !== node) return;
      try {
        await this.#environment.kube.create("/api/v1/namespaces/kube-system/pods", mirrorPod(staticPod, node));
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    };
    pRetry(create, { retries: 20, minTimeout: 200, maxTimeout: 5000 }).catch((error: unknown) =>
      this.#environment.context.log("pods", `static pod ${name} of ${node.name}: ${(error as Error).message}`),
    );
  }

  /** Takes a pod out of the API whose node is gone. */
  async #collect(pod: V1Pod): Promise<void> {
    const preconditions = { uid: pod.metadata?.uid };
    const remove = async () => {
      try {
        await this.#environment.kube.delete(podPath(pod), { gracePeriodSeconds: 0, preconditions });
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    };
    await pRetry(remove, { retries: 8, minTimeout: 200, maxTimeout: 5000 }).catch((error: unknown) =>
      this.#environment.context.log("pods", `pod ${pod.metadata?.name} stays: ${(error as Error).message}`),
    );
  }
}
