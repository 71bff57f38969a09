import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { V1Node } from "@kubernetes/client-node";
import { consolesDir } from "../consoles.ts";
import type { LabContext } from "../context.ts";
import { readBootConfig } from "./bootstrap.ts";
import { renewLease } from "./heartbeat.ts";
import type { Instance, InstanceSource } from "./instances.ts";
import { isConflict, type Kube } from "./kube.ts";
import type { MachineTypes } from "./machine-types.ts";
import { nodeObject } from "./node-object.ts";
import { readNodeupConfig, type NodeupConfig } from "./nodeup.ts";
import type { StateStore } from "./state-store.ts";
import { staticPodsOf, type StaticPod } from "./static-pods.ts";

export interface AgentEnvironment {
  readonly context: LabContext;
  readonly kube: Kube;
  readonly source: InstanceSource;
  readonly store: StateStore;
  readonly machines: MachineTypes;
  readonly bootMs: number;
  /** Where the cluster is in the state store; undefined while no control-plane instance has said it. */
  configBase(): Promise<string | undefined>;
  /** Whether a worker could get its configuration from kops-controller now. */
  controlPlaneUp(): boolean;
  /** The instance has booted; for the control plane, from now on it serves the API. */
  booted(agent: NodeAgent): void;
  /** Its node is in the API. */
  joined(agent: NodeAgent, staticPods: readonly StaticPod[]): void;
}

const retryMs = 1000;

/** One instance on its way from running to a node. */
export class NodeAgent {
  readonly instance: Instance;
  readonly since = new Date();
  readonly controlPlane: boolean;
  config?: NodeupConfig;
  /** The UID of its node once it has joined. */
  uid = "";
  #gone = false;
  #lastLine = "";
  readonly #environment: AgentEnvironment;

  constructor(instance: Instance, environment: AgentEnvironment) {
    this.instance = instance;
    this.#environment = environment;
    this.controlPlane = "k8s.io/role/control-plane" in instance.tags || "k8s.io/role/master" in instance.tags;
  }

  get name(): string {
    return this.instance.id;
  }

  get group(): string {
    return this.instance.tags["kops.k8s.io/instancegroup"] ?? "";
  }

  get joined(): boolean {
    return this.uid !== "";
  }

  /** The instance is terminated or stopped: whatever it was about to do, it does not. */
  terminate(): void {
    this.#gone = true;
  }

  /** Boots, runs nodeup and registers; tries again for as long as the instance lives, as a real one does. */
  async run(): Promise<void> {
    const { context, bootMs } = this.#environment;
    const { faults } = context;
    const slow = faults.active("slow-boot", (target) => target === this.group)?.value ?? 0;
    const never = faults.active("never-join", (target) => [this.name, this.group, "next"].includes(target));
    if (never?.target === "next") faults.clear(never.id);
    await sleep(bootMs + slow);
    if (never !== undefined) return this.#console("fault never-join: nodeup is not started");
    const joinedWith = await this.#retry(() => this.#join());
    if (joinedWith !== undefined) this.#environment.joined(this, joinedWith);
  }

  async #join(): Promise<readonly StaticPod[]> {
    const { kube, source, store, machines } = this.#environment;
    const boot = readBootConfig(await source.userData(this.name));
    if (!this.controlPlane) await this.#kopsController();
    const configBase = boot.ConfigBase ?? (await this.#environment.configBase());
    if (configBase === undefined) throw new Error("no control-plane instance says where the state store is");
    this.config = await readNodeupConfig(store, configBase, boot);
    const pods = await staticPodsOf(this.config, store, configBase);
    if (this.#gone) return [];
    this.#environment.booted(this);
    const node = nodeObject(this.instance, this.config, await machines(this.instance.type), new Date());
    this.uid = await register(kube, node);
    if (this.#gone) await forget(kube, this.name);
    await renewLease(kube, { name: this.name, uid: this.uid, since: this.since });
    this.#console(`joined as a node of instance group ${this.group} with Kubernetes ${this.config.KubernetesVersion}`);
    return pods;
  }

  /** A worker gets its configuration from kops-controller, which runs on the control plane. */
  async #kopsController(): Promise<void> {
    for (let waited = 0; !this.#gone && !this.#environment.controlPlaneUp(); waited += 100) {
      if (waited >= 2000) this.#console("waiting for kops-controller: no control-plane instance is up");
      await sleep(100);
    }
  }

  async #retry<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    while (!this.#gone) {
      try {
        const result = await attempt();
        return this.#gone ? undefined : result;
      } catch (error) {
        this.#console(`got error running nodeup (will retry): ${(error as Error).message}`);
        await sleep(retryMs);
      }
    }
    return undefined;
  }

  /** A line of the instance's console, kept in `console/<instance>.log`, and in the lab's log. */
  #console(line: string): void {
    if (line === this.#lastLine) return;
    this.#lastLine = line;
    const { context } = this.#environment;
    const folder = consolesDir(context.dir);
    mkdirSync(folder, { recursive: true });
    appendFileSync(join(folder, `${this.name}.log`), `${new Date().toISOString()} ${line}\n`);
    context.log("nodes", `${this.name} (${this.group}): ${line}`);
  }
}

/** Creates the node, or takes over the one that is there under its name; returns its UID. */
async function register(kube: Kube, node: V1Node): Promise<string> {
  const path = `/api/v1/nodes/${node.metadata?.name}`;
  try {
    return (await kube.create("/api/v1/nodes", node)).metadata?.uid ?? "";
  } catch (error) {
    if (!isConflict(error)) throw error;
    await kube.patch(path, { metadata: { labels: node.metadata?.labels } });
    return (await kube.patch<V1Node>(`${path}/status`, { status: node.status })).metadata?.uid ?? "";
  }
}

/** The instance was terminated while its node was being made: nobody else knows of it. */
async function forget(kube: Kube, name: string): Promise<void> {
  await kube.delete(`/api/v1/nodes/${name}`);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
