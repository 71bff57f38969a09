import { startControlPlane, type ControlPlanePrograms } from "./control-plane/control-plane.ts";
import type { ApiEndpoint } from "./control-plane/endpoint.ts";
import type { ClusterLocation, StateStores } from "./control-plane/state-store.ts";
import { watchClusters } from "./control-plane/watch.ts";
import type { LabContext, Part } from "./context.ts";
import type { NodeOptions } from "./options.ts";
import type { Nodes, StartNodes } from "./parts.ts";
import type { LabStatus } from "./status.ts";

export interface ClusterPartOptions {
  readonly programs: ControlPlanePrograms;
  readonly stores: StateStores;
  readonly endpoint: ApiEndpoint;
  readonly aws: { readonly endpoint: string; readonly region: string };
  readonly nodeOptions: NodeOptions;
  readonly startNodes: StartNodes;
}

/** The lab's cluster: there while kops keeps its state, with its control plane, nodes and pods. */
export class ClusterPart implements Part {
  readonly #context: LabContext;
  readonly #options: ClusterPartOptions;
  readonly #watch: Part;
  #phase: LabStatus["cluster"]["phase"] = "none";
  #name: string | undefined;
  #problem: string | undefined;
  #nodes: Nodes | undefined;

  constructor(context: LabContext, options: ClusterPartOptions) {
    this.#context = context;
    this.#options = options;
    this.#watch = watchClusters(options.stores, {
      start: (location, signal) => this.#start(location, signal),
      log: (message) => context.log("cluster", message),
    });
  }

  status(): { cluster: LabStatus["cluster"]; nodes?: LabStatus["nodes"] } {
    const cluster = {
      phase: this.#phase,
      controlPlane: this.#options.endpoint.up,
      ...(this.#name === undefined ? {} : { name: this.#name }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
    return this.#nodes ? { cluster, nodes: this.#nodes.status() } : { cluster };
  }

  async stop(): Promise<void> {
    await this.#watch.stop();
    this.#options.stores.close();
  }

  async #start(location: ClusterLocation, signal: AbortSignal): Promise<Part> {
    const { stores, programs, endpoint, startNodes, nodeOptions, aws } = this.#options;
    const parts: Part[] = [];
    this.#phase = "starting";
    try {
      const state = await stores.read(location);
      this.#name = state.name;
      this.#context.log("cluster", `starting the control plane of ${state.name}`);
      const controlPlane = await startControlPlane(this.#context, state, programs, signal);
      parts.push(controlPlane);
      endpoint.setTarget(controlPlane);
      const access = {
        name: state.name,
        kubeConfig: controlPlane.kubeConfig,
        awsEndpoint: aws.endpoint,
        region: aws.region,
      };
      this.#nodes = await startNodes(this.#context, access, nodeOptions, {
        controlPlaneChanged: (up) => {
          this.#context.log("cluster", `control-plane instances up: ${up.join(", ") || "none"}`);
          endpoint.setUp(up);
        },
      });
      parts.push(this.#nodes);
      this.#phase = "ready";
      this.#problem = undefined;
      this.#context.log("cluster", `${state.name} is served`);
    } catch (error) {
      if (!signal.aborted) this.#problem = error instanceof Error ? error.message : String(error);
      await this.#end(parts);
      throw error;
    }
    return { stop: () => this.#end(parts) };
  }

  async #end(parts: Part[]): Promise<void> {
    this.#phase = "stopping";
    const { endpoint } = this.#options;
    endpoint.setUp([]);
    endpoint.setTarget(undefined);
    for (const part of parts.reverse()) {
      // One that cannot be stopped must not keep the others running.
      await part
        .stop()
        .catch((error: unknown) => this.#context.log("cluster", `could not stop a part: ${String(error)}`));
    }
    this.#nodes = undefined;
    this.#name = undefined;
    this.#phase = "none";
  }
}
