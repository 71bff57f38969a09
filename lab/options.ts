/** How fast the simulated instances, pods and load balancers are. All times in ms. */
export interface NodeOptions {
  /** From a running instance to a Ready node. */
  readonly bootMs: number;
  /** From a pod being bound to a node until its process is started (image pull and container start). */
  readonly podStartMs: number;
  /** From the start of a process until it may be ready, where the image says nothing else. Default 0. */
  readonly podReadyMs?: number;
  /** How long a load balancer keeps connections to a target that has been deregistered. */
  readonly lbDeregistrationMs: number;
  /** Interval of the load balancer's health checks. Default: the part's own. */
  readonly lbHealthMs?: number;
}

/** Defaults: everything as a real cluster does it, some ten times faster. */
export const defaultNodeOptions: NodeOptions = {
  bootMs: 3000,
  podStartMs: 300,
  lbDeregistrationMs: 3000,
};
