import type { ListenerPort } from "./targets.ts";

/** A load balancer as its server is told to be. */
export interface Balancer {
  /** Namespace and name of its Service. */
  readonly name: string;
  readonly address: string;
  readonly ports: readonly ListenerPort[];
}

/** The faults in force; `until` in ms since the epoch, so that they end on time whatever the supervisor does. */
export interface BalancerFaults {
  readonly drop?: { readonly until?: number };
  /** Pod names, addresses, or `any`. */
  readonly dropTargets: readonly { readonly target: string; readonly until?: number }[];
  /** Of one target as above; of everything when absent. */
  readonly resets: readonly { readonly target?: string; readonly until?: number }[];
  readonly delay?: { readonly ms: number; readonly until?: number };
}

/** Supervisor to server. */
export type ToServer =
  | { readonly type: "timing"; readonly deregistrationMs: number; readonly healthMs: number }
  | { readonly type: "balancers"; readonly balancers: readonly Balancer[] }
  | ({ readonly type: "faults" } & BalancerFaults);

/** Server to supervisor. */
export type FromServer =
  /** The faults that were sent are in force from then on, in ms since the epoch. */
  | { readonly type: "faults"; readonly atMs: number }
  | { readonly type: "listening"; readonly name: string; readonly address: string; readonly port: number }
  | {
      readonly type: "failed";
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly code: string;
      readonly message: string;
    };
