import type { KubeConfig } from "@kubernetes/client-node";
import type { Faults } from "./faults.ts";
import type { Processes } from "./processes.ts";

/** What the parts of a lab are given by its supervisor. */
export interface LabContext {
  /** The lab's only folder: state, logs, data of the emulators. */
  readonly dir: string;
  readonly processes: Processes;
  readonly faults: Faults;
  /** One line into the lab's log. */
  log(part: string, message: string): void;
}

/** A running cluster as the node and pod simulation needs it. */
export interface ClusterAccess {
  /** The kops cluster name. */
  readonly name: string;
  /** Direct to the API server, past the faults of the public endpoint; system:masters. */
  readonly kubeConfig: KubeConfig;
  /** AWS endpoint of the emulator, e.g. http://127.0.0.1:4566. */
  readonly awsEndpoint: string;
  readonly region: string;
}

/** A part that runs until stopped. */
export interface Part {
  stop(): Promise<void>;
}
