import pRetry from "p-retry";
import type { LabContext, Part } from "../context.ts";
import { readBootConfig } from "./bootstrap.ts";
import { startHeartbeats } from "./heartbeat.ts";
import type { InstanceSource } from "./instances.ts";
import { isNotFound, type Kube } from "./kube.ts";
import type { MachineTypes } from "./machine-types.ts";
import { NodeAgent } from "./node-agent.ts";
import type { NodeupConfig } from "./nodeup.ts";
import type { StateStore } from "./state-store.ts";
import type { StaticPod } from "./static-pods.ts";

export interface FleetOptions {
  readonly context: LabContext;
  readonly kube: Kube;
  readonly source: InstanceSource;
  readonly store: StateStore;
  readonly machines: MachineTypes;
  readonly bootMs: number;
  /** How often EC2 is asked for the instances, in ms. Default 1000. */
  readonly pollMs?: number;
  controlPlaneChanged(up: string[]): void;
  /** A node has joined: its kubelet starts. */
  nodeUp(node: JoinedNode): void;
  /** Its instance is gone, and with it all that ran there. Resolves when its pods are out of the API. */
  nodeGone(name: string): Promise<void>;
}

export interface JoinedNode {
  readonly name: string;
  readonly uid: string;
  readonly address: string;
  readonly staticPods: readonly StaticPod[];
}

/** Turns the cluster's running instances into nodes, and takes the nodes of terminated ones away. */
export class Fleet implements Part {
  readonly #agents = new Map<string, NodeAgent>();
  readonly #up = new Set<string>();
  readonly #options: FleetOptions;
  #configBase?: string;
  #timer?: NodeJS.Timeout;
  #polling: Promise<void> = Promise.resolve();
  #stopHeartbeats = (): void => undefined;
  #stopped = false;
  #lastError = "";

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  start(): void {
    const beating = () => this.joined().map(({ name, uid, since }) => ({ name, uid, since }));
    this.#stopHeartbeats = startHeartbeats(this.#options.kube, beating, (message) => this.#log(message));
    this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#stopHeartbeats();
    for (const agent of this.#agents.values()) agent.terminate();
    await this.#polling;
  }

  agents(): NodeAgent[] {
    return [...this.#agents.values()];
  }

  joined(): NodeAgent[] {
    return this.agents().filter((agent) => agent.joined);
  }

  /** The configuration of a control-plane node that is up, if there is one: what the add-ons go by. */
  controlPlaneConfig(): NodeupConfig | undefined {
    return this.agents().find(({ name }) => this.#up.has(name))?.config;
  }

  #poll(): void {
    this.#polling = this.#look()
      .then(() => (this.#lastError = ""))
      .catch((error: unknown) => {
        const { message } = error as Error;
        if (message !== this.#lastError) this.#log(`EC2 cannot be asked for the instances, trying again: ${message}`);
        this.#lastError = message;
      })
      .then(() => {
        if (this.#stopped) return;
        this.#timer = setTimeout(() => this.#poll(), this.#options.pollMs ?? 1000);
        this.#timer.unref();
      });
  }

  async #look(): Promise<void> {
    const running = await this.#options.source.list();
    if (this.#stopped) return;
    const ids = new Set(running.map(({ id }) => id));
    for (const agent of this.#agents.values()) if (!ids.has(agent.name)) this.#terminated(agent);
    for (const instance of running) {
      if (this.#agents.has(instance.id)) continue;
      const agent = new NodeAgent(instance, {
        ...this.#options,
        configBase: () => this.#findConfigBase(),
        controlPlaneUp: () => this.#up.size > 0,
        booted: (booted) => this.#booted(booted),
        joined: (joined, pods) => this.#joined(joined, pods),
      });
      this.#agents.set(instance.id, agent);
      void agent.run();
    }
  }

  #booted(agent: NodeAgent): void {
    if (!agent.controlPlane || this.#up.has(agent.name)) return;
    this.#up.add(agent.name);
    this.#options.controlPlaneChanged([...this.#up]);
  }

  #joined(agent: NodeAgent, staticPods: readonly StaticPod[]): void {
    const { name, uid, instance } = agent;
    this.#options.nodeUp({ name, uid, address: instance.privateIp, staticPods });
  }

  #terminated(agent: NodeAgent): void {
    agent.terminate();
    this.#agents.delete(agent.name);
    this.#log(`instance ${agent.name} (${agent.group}) is gone, and its node with it`);
    const pods = this.#options.nodeGone(agent.name);
    if (this.#up.delete(agent.name)) this.#options.controlPlaneChanged([...this.#up]);
    pods
      .then(() => pRetry(() => this.#deleteNode(agent.name), { retries: 8, minTimeout: 200, maxTimeout: 5000 }))
      .catch((error: unknown) => this.#log(`node ${agent.name} could not be deleted: ${(error as Error).message}`));
  }

  async #deleteNode(name: string): Promise<void> {
    try {
      await this.#options.kube.delete(`/api/v1/nodes/${name}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #findConfigBase(): Promise<string | undefined> {
    for (const agent of this.agents()) {
      if (this.#configBase !== undefined || !agent.controlPlane) continue;
      this.#configBase = readBootConfig(await this.#options.source.userData(agent.name)).ConfigBase;
    }
    return this.#configBase;
  }

  #log(message: string): void {
    this.#options.context.log("nodes", message);
  }
}
