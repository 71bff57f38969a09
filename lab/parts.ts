import type { ClusterAccess, LabContext, Part } from "./context.ts";
import type { NodeOptions } from "./options.ts";

/** The emulated AWS. */
export interface AwsEmulator extends Part {
  /** Every service of the emulated AWS, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** The file server for what kops asks of asset locations. */
  readonly assetsUrl: string;
  /** What a user's shell needs so that kops, Pulumi and the AWS CLI meet the emulator. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when the faults ordered until now are in force. */
  faultsApplied?(): Promise<void>;
}

/** What `lab status` shows about nodes and pods. */
export interface NodesStatus {
  readonly nodes: readonly { name: string; instance: string; role: string; ready: boolean; version?: string }[];
  /** Pods that run as real processes, and all pods. */
  readonly pods: { readonly processes: number; readonly total: number };
  readonly loadBalancers?: readonly { name: string; address: string; targets: number }[];
}

/** Simulated instances, their pods and load balancers. */
export interface Nodes extends Part {
  status(): NodesStatus;
}

/** What the nodes part tells the rest of the lab. */
export interface NodeHooks {
  /** Instance ids of the control-plane instances that are up now (booted and not terminated). */
  controlPlaneChanged(up: string[]): void;
}

export type StartNodes = (
  context: LabContext,
  cluster: ClusterAccess,
  options: NodeOptions,
  hooks: NodeHooks,
) => Promise<Nodes>;
