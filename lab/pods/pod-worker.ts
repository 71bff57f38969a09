import type { V1Container, V1Pod } from "@kubernetes/client-node";
import pRetry from "p-retry";
import { isConflict, isNotFound, type Kube } from "../nodes/kube.ts";
import type { LabContext } from "../context.ts";
import { reportedAddress, type AddressBlock } from "./address-block.ts";
import { Container, type ContainerHost } from "./container.ts";
import { EventSink } from "./event-sink.ts";
import { findImage } from "./images.ts";
import { startAndFinish, startNothing, startProcess, unresolvedEnv } from "./runtime.ts";
import { podStatus } from "./status.ts";
import { podPath, StatusWriter } from "./status-writer.ts";

export interface PodEnvironment {
  readonly context: LabContext;
  readonly kube: Kube;
  readonly addresses: AddressBlock;
  readonly podStartMs: number;
  readonly podReadyMs: number;
}

/** What a kubelet does for one pod, from the moment it is bound to its node until it is out of the API. */
export class PodWorker {
  #pod: V1Pod;
  readonly #environment: PodEnvironment;
  readonly #hostIp: string;
  readonly #startTime = new Date();
  readonly #init: Container[] = [];
  readonly #containers: Container[] = [];
  readonly #status: StatusWriter;
  readonly #events: EventSink;
  #address?: string;
  #initialized = false;
  #ending?: Promise<void>;
  #dead = false;

  constructor(pod: V1Pod, hostIp: string, environment: PodEnvironment) {
    this.#pod = pod;
    this.#environment = environment;
    this.#hostIp = hostIp;
    const log = (message: string) => environment.context.log("pods", message);
    this.#status = new StatusWriter(environment.kube, pod, () => podStatus(this.#state(), new Date()), log);
    this.#events = new EventSink(environment.kube, { ...pod, apiVersion: "v1", kind: "Pod" }, pod.spec?.nodeName, log);
    for (const spec of pod.spec?.initContainers ?? []) this.#init.push(this.#container(spec, true));
    for (const spec of pod.spec?.containers ?? []) this.#containers.push(this.#container(spec, false));
    void this.#begin();
  }

  /** Whether a process of it runs, rather than none being needed. */
  get hasProcess(): boolean {
    return this.#address !== undefined && (this.#pod.spec?.containers ?? []).some(isProcess);
  }

  get node(): string {
    return this.#pod.spec?.nodeName ?? "";
  }

  update(pod: V1Pod): void {
    this.#pod = pod;
    if (pod.metadata?.deletionTimestamp !== undefined) this.#ending ??= this.#end();
    else if (pod.spec?.readinessGates) this.#status.changed();
  }

  faultsChanged(): void {
    for (const container of this.#containers) container.faultsChanged();
  }

  /** Its node is gone: the processes die at once, and nobody is told. */
  kill(): void {
    this.#dead = true;
    this.#status.close();
    for (const container of [...this.#init, ...this.#containers]) container.kill();
    this.#giveAddress();
  }

  /** It has been taken out of the API by force: its processes get little time. */
  async removed(): Promise<void> {
    this.#dead = true;
    this.#status.close();
    if (this.#ending !== undefined) return this.#ending;
    await this.#stopContainers(2000);
    this.#giveAddress();
  }

  async #begin(): Promise<void> {
    this.#status.changed();
    await sleep(this.#environment.podStartMs);
    if (this.#over) return;
    const all = [...this.#init, ...this.#containers];
    const unknown = all.filter(({ spec }) => findImage(spec.image ?? "") === undefined);
    if (unknown.length > 0) return this.#cannotPull(unknown);
    const processes = all.filter(({ spec }) => isProcess(spec));
    if (processes.length > 0 && this.#pod.spec?.hostNetwork) return this.#cannotCreate(processes);
    if (!this.#pod.spec?.hostNetwork) this.#address = this.#environment.addresses.take();
    for (const { spec } of processes) this.#complainAboutEnv(spec);
    for (const container of this.#init) {
      container.start();
      if (container.spec.restartPolicy === "Always") continue;
      while (container.ended === undefined && !this.#over) await sleep(20);
      if (this.#over || container.ended !== 0) return this.#status.changed();
    }
    this.#initialized = true;
    for (const container of this.#containers) container.start();
    this.#status.changed();
  }

  get #over(): boolean {
    return this.#dead || this.#ending !== undefined;
  }

  async #cannotPull(containers: Container[]): Promise<void> {
    for (const reason of ["ErrImagePull", "ImagePullBackOff"]) {
      for (const { spec } of containers) {
        const message = `Failed to pull image "${spec.image}": the lab does not know this image (lab/pods/images.ts)`;
        this.#events.add({ type: "Warning", reason: "Failed", message });
      }
      for (const container of containers)
        container.wait(reason, `image "${container.spec.image}" is unknown to the lab`);
      this.#status.changed();
      await sleep(5000);
      if (this.#over) return;
    }
  }

  #cannotCreate(containers: Container[]): void {
    const message = "the lab cannot run a process in the network of its node (hostNetwork)";
    for (const container of containers) container.wait("CreateContainerError", message);
    this.#events.add({ type: "Warning", reason: "Failed", message });
    this.#status.changed();
  }

  #complainAboutEnv(spec: V1Container): void {
    const missing = unresolvedEnv(spec);
    if (missing.length === 0) return;
    const message = `the lab runs container ${spec.name} without the environment from ${missing.join(", ")}`;
    this.#events.add({ type: "Warning", reason: "Unresolved", message });
  }

  async #end(): Promise<void> {
    const grace = this.#pod.metadata?.deletionGracePeriodSeconds ?? this.#pod.spec?.terminationGracePeriodSeconds ?? 30;
    await this.#stopContainers(grace * 1000);
    this.#giveAddress();
    if (this.#dead) return;
    this.#status.changed();
    await this.#status.flushed();
    const preconditions = { uid: this.#pod.metadata?.uid };
    const remove = async () => {
      try {
        await this.#environment.kube.delete(podPath(this.#pod), { gracePeriodSeconds: 0, preconditions });
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    };
    await pRetry(remove, { retries: 10, minTimeout: 100, maxTimeout: 5000 }).catch((error: unknown) =>
      this.#environment.context.log("pods", `pod ${this.#pod.metadata?.name} stays: ${(error as Error).message}`),
    );
  }

  async #stopContainers(graceMs: number): Promise<void> {
    await Promise.all([...this.#init, ...this.#containers].map((container) => container.stop(graceMs)));
  }

  #giveAddress(): void {
    if (this.#address !== undefined) this.#environment.addresses.give(this.#address);
    this.#address = undefined;
  }

  #container(spec: V1Container, init: boolean): Container {
    const policy = this.#pod.spec?.restartPolicy ?? "Always";
    const initPolicy = spec.restartPolicy === "Always" ? "Always" : policy === "Never" ? "Never" : "OnFailure";
    return new Container(spec, this.#host(spec, init, (init ? initPolicy : policy) as ContainerHost["restartPolicy"]));
  }

  #host(spec: V1Container, init: boolean, restartPolicy: ContainerHost["restartPolicy"]): ContainerHost {
    const { faults, processes } = this.#environment.context;
    const name = `${this.#pod.metadata?.namespace}/${this.#pod.metadata?.name}`;
    const image = findImage(spec.image ?? "");
    const address = () => this.#address;
    return {
      restartPolicy,
      graceMs: (this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000,
      get probeAddress() {
        return image?.kind === "process" ? address() : undefined;
      },
      readyDelayMs: () =>
        this.#environment.podReadyMs + (faults.active("slow-ready", (target) => name.startsWith(target))?.value ?? 0),
      start: (container, attempt) => {
        if (image?.kind !== "process") return init && restartPolicy !== "Always" ? startAndFinish() : startNothing();
        const loopback = this.#address ?? "";
        const podIp = reportedAddress(loopback);
        return startProcess(processes, { pod: this.#pod, container, image, address: loopback, podIp, attempt });
      },
      faultActive: (kind) => faults.active(kind, (target) => name.startsWith(target)) !== undefined,
      changed: () => this.#status.changed(),
      event: (text) => this.#events.add(text),
    };
  }

  #state() {
    const { hostNetwork } = this.#pod.spec ?? {};
    const ends = this.#containers.map(({ ended }) => ended);
    const failedInit = this.#init.find(({ ended }) => ended !== undefined && ended !== 0)?.ended;
    const exitCodes =
      failedInit !== undefined ? [failedInit] : ends.every((code) => code !== undefined) ? ends : undefined;
    return {
      pod: this.#pod,
      hostIp: this.#hostIp,
      podIp: hostNetwork ? this.#hostIp : this.#address && reportedAddress(this.#address),
      startTime: this.#startTime,
      init: this.#init.map((container) => container.status()),
      containers: this.#containers.map((container) => container.status()),
      initialized: this.#initialized,
      exitCodes,
    };
  }
}

const isProcess = ({ image }: V1Container): boolean => findImage(image ?? "")?.kind === "process";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
