/** A fault that can be ordered from a running lab: `npm run lab -- fault KIND [--for MS] [--target NAME] [--value N]`. */
export interface FaultKind {
  readonly summary: string;
  /** What `--target` names; absent when the fault takes none. */
  readonly target?: string;
  /** What `--value` means, with its unit; absent when the fault takes none. */
  readonly value?: string;
}

export const faultKinds = {
  "never-join": {
    summary: "an instance that boots but never becomes a node",
    target: "instance id, instance group, or next (the next one started)",
  },
  "slow-boot": { summary: "instances take longer to join", target: "instance group", value: "extra ms" },
  "slow-ready": { summary: "pods take longer to become ready", target: "namespace/pod-name prefix", value: "extra ms" },
  "fail-ready": { summary: "readiness probes fail", target: "namespace/pod-name prefix" },
  "ignore-sigterm": { summary: "pods ignore SIGTERM until they are killed", target: "namespace/pod-name prefix" },
  "crash-loop": {
    summary: "pods crash and are restarted with back-off",
    target: "namespace/pod-name prefix, e.g. kube-system/coredns",
  },
  "lb-drop": { summary: "the load balancer drops everything, as a lost network does: no answer, no reset" },
  "lb-drop-target": { summary: "the load balancer drops what goes to one target", target: "pod name, address, or any" },
  "lb-reset": {
    summary: "the load balancer resets connections, those in use too: all of them, or those to one target",
    target: "pod name, address, or any",
  },
  "lb-delay": { summary: "the load balancer delays each answer", value: "ms" },
  "api-errors": { summary: "the API server answers 503 to everything" },
  "api-slow": { summary: "the API server answers late", value: "ms" },
  "aws-throttle": { summary: "an AWS call answers Throttling", target: "service:Action or *" },
  "aws-capacity": {
    summary: "EC2 has no instance for an Auto Scaling group: its launches fail and are tried again",
    target: "instance group, Auto Scaling group or *",
  },
  "aws-deny": { summary: "an AWS call answers AccessDenied", target: "service:Action or *" },
  "aws-expired": { summary: "an AWS call answers that the credentials have expired", target: "service:Action or *" },
  "aws-lost": { summary: "AWS cannot be reached: nothing is answered until the fault is over" },
} as const satisfies Record<string, FaultKind>;
export type FaultName = keyof typeof faultKinds;

export interface Fault {
  readonly id: number;
  readonly kind: FaultName;
  readonly target?: string;
  readonly value?: number;
  /** Milliseconds since the epoch; absent when it lasts until it is cleared. */
  readonly until?: number;
}

/** The faults in force. Parts of the lab ask it at the moment a fault would bite; they keep no copy. */
export class Faults {
  #next = 1;
  #faults: Fault[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Orders a fault; `forMs` absent means until cleared. */
  add(kind: FaultName, options: { target?: string; value?: number; forMs?: number } = {}): Fault {
    const { forMs, ...rest } = options;
    const fault: Fault = {
      id: this.#next++,
      kind,
      ...rest,
      ...(forMs === undefined ? {} : { until: this.now() + forMs }),
    };
    this.#faults.push(fault);
    this.#changed();
    if (forMs !== undefined) setTimeout(() => this.#changed(), forMs + 1).unref();
    return fault;
  }

  clear(id?: number): void {
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id);
    this.#changed();
  }

  list(): Fault[] {
    const now = this.now();
    this.#faults = this.#faults.filter((fault) => fault.until === undefined || fault.until > now);
    return [...this.#faults];
  }

  /** The first fault of this kind in force whose target matches; a fault without a target matches everything. */
  active(kind: FaultName, matches: (target: string) => boolean = () => true): Fault | undefined {
    return this.list().find((fault) => fault.kind === kind && (fault.target === undefined || matches(fault.target)));
  }

  /** Calls `listener` whenever a fault begins or ends; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
