import {
  CoreV1Api,
  DiscoveryV1Api,
  PolicyV1Api,
  type V1EndpointSlice,
  type V1Node,
  type V1Pod,
  type V1PodDisruptionBudget,
} from "@kubernetes/client-node";
import type { Cluster } from "./cluster.ts";
import { messageOf } from "./errors.ts";
import type { NewEvent } from "./event-log.ts";
import { endpointEvents, endpointNotes, nodeEvents, podEvents, serving } from "./watch/cluster-events.ts";
import { drainWaits, type DrainWait } from "./watch/drain-waits.ts";
import { Consoles } from "./watch/consoles.ts";
import { instanceLooks, type InstanceLooks } from "./watch/instances.ts";
import { Follower } from "./watch/kubernetes.ts";
import { LaunchFailures } from "./watch/launch-failures.ts";
import { hopeLook } from "./watch/launches.ts";
import { findBlocked, notJoined } from "./watch/blocked.ts";
import type { BlockedNode } from "./unblock/remedies.ts";
import { Poller, type Look } from "./watch/poller.ts";
import { awsBalancerHost } from "./watch/target-events.ts";
import { targetLook } from "./watch/targets.ts";

const drainLookMs = 2_000;
const consoleLookMs = 30_000;
const consoleLimitMs = 15_000;
/** What a drain waits for is said again after this long. */
const repeatWaitMs = 60_000;

export interface Watched {
  readonly cluster: Cluster;
  readonly region: string;
  /** Where requests go: if that is a load balancer of AWS, its targets are watched. */
  readonly targetUrl: string;
  /** How long kops waits for the drain of a node. */
  readonly drainTimeoutMs: number;
}

/**
 * Watches the cluster while it is rolled, and tells what happens: to nodes, to pods, to the endpoints of Services outside
 * of kube-system, to what drains wait for, to instances, and to the targets of the load balancer. Nothing that goes wrong
 * in watching fails the roll.
 */
export class ClusterWatch {
  readonly #nodes: Follower<V1Node>;
  readonly #pods: Follower<V1Pod>;
  readonly #slices: Follower<V1EndpointSlice>;
  readonly #budgets: Follower<V1PodDisruptionBudget>;
  readonly #cordonedMs = new Map<string, number>();
  readonly #blockedMs = new Map<string, number>();
  readonly #failures = new LaunchFailures();
  readonly #hopeless = new AbortController();
  readonly #instances: InstanceLooks;
  readonly #consoles: Consoles;
  readonly #pollers: Poller[];
  readonly #closes: (() => void)[] = [];

  constructor(
    private readonly watched: Watched,
    private readonly emit: (event: NewEvent) => void,
  ) {
    const { cluster } = watched;
    const core = cluster.kubeConfig.makeApiClient(CoreV1Api);
    const discovery = cluster.kubeConfig.makeApiClient(DiscoveryV1Api);
    const policy = cluster.kubeConfig.makeApiClient(PolicyV1Api);
    this.#nodes = new Follower({
      cluster,
      path: "/api/v1/nodes",
      list: () => core.listNode(),
      tell: nodeEvents,
      emit,
    });
    this.#pods = new Follower({
      cluster,
      path: "/api/v1/pods",
      list: () => core.listPodForAllNamespaces(),
      tell: podEvents,
      emit,
    });
    this.#slices = new Follower({
      cluster,
      path: "/apis/discovery.k8s.io/v1/endpointslices",
      list: () => discovery.listEndpointSliceForAllNamespaces(),
      tell: (before, after) => (isOfInterest(after ?? before) ? endpointEvents(before, after) : []),
      atFirst: (slice) => (isOfInterest(slice) ? endpointNotes(slice) : []),
      emit,
    });
    this.#budgets = new Follower({
      cluster,
      path: "/apis/policy/v1/poddisruptionbudgets",
      list: () => policy.listPodDisruptionBudgetForAllNamespaces(),
      emit,
    });
    this.#instances = instanceLooks({ clusterName: cluster.name, region: watched.region }, this.#failures, emit);
    this.#consoles = new Consoles(watched.region, emit);
    this.#closes.push(() => this.#consoles.close());
    this.#pollers = this.#looks().map((look) => new Poller(look, emit));
  }

  async start(): Promise<void> {
    await Promise.all(this.#followers().map((follower) => follower.start()));
    for (const poller of this.#pollers) poller.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#followers(), ...this.#pollers].map((one) => one.stop()));
    for (const close of this.#closes) close();
  }

  /** Aborted, with the reason, when AWS has had no instance for a group for so long that waiting on is of no use. */
  get hopeless(): AbortSignal {
    return this.#hopeless.signal;
  }

  /** The nodes that hold up the roll now, and since when. */
  blocked(): BlockedNode[] {
    return findBlocked(
      { waits: this.drainWaits(), nodes: this.#nodes.objects(), pods: this.#pods.objects() },
      this.#instances.running(),
      this.#blockedMs,
      Date.now(),
    );
  }

  /** Tells how the consoles of the instances end that are no ready nodes now, as far as AWS has them. */
  async tellConsoles(): Promise<void> {
    const missing = notJoined(this.#nodes.objects(), this.#instances.running());
    const work = this.#consoles.tell(missing, AbortSignal.timeout(consoleLimitMs));
    await work.catch((error: unknown) =>
      this.emit({ kind: "warning", message: `no console could be looked at: ${messageOf(error)}` }),
    );
  }

  /** What the drains of cordoned nodes wait for now. */
  drainWaits(): DrainWait[] {
    const nodes = this.#nodes.objects();
    const cordoned = nodes
      .filter(({ spec }) => spec?.unschedulable === true)
      .map(({ metadata }) => metadata?.name ?? "");
    for (const name of cordoned) if (!this.#cordonedMs.has(name)) this.#cordonedMs.set(name, Date.now());
    for (const name of this.#cordonedMs.keys()) if (!cordoned.includes(name)) this.#cordonedMs.delete(name);
    const objects = { nodes, pods: this.#pods.objects(), budgets: this.#budgets.objects() };
    return drainWaits(objects, this.#cordonedMs, Date.now(), this.watched.drainTimeoutMs);
  }

  #followers() {
    return [this.#nodes, this.#pods, this.#slices, this.#budgets];
  }

  #looks(): Look[] {
    const { cluster, region, targetUrl } = this.watched;
    const { looks, close } = this.#instances;
    this.#closes.push(close);
    const drains: Look = {
      what: `the drains of ${cluster.name}`,
      everyMs: drainLookMs,
      look: () => Promise.resolve(this.#tellDrains()),
    };
    const consoles: Look = {
      what: `the consoles of ${cluster.name}`,
      everyMs: consoleLookMs,
      look: (signal) => {
        const late = this.blocked().filter(({ why }) => why === "missing");
        return this.#consoles.tell(
          late.map(({ node }) => ({ id: node })),
          signal,
        );
      },
    };
    const hope = hopeLook(cluster.name, this.#failures, this.#hopeless);
    const host = awsBalancerHost(targetUrl);
    if (host === undefined) return [drains, hope, consoles, ...looks];
    const targets = targetLook({ host, region }, this.emit, (address) => this.#podAt(address));
    this.#closes.push(() => targets.close());
    return [drains, hope, consoles, ...looks, targets.look];
  }

  #tellDrains(): void {
    for (const { why, node, pod, message } of this.drainWaits())
      this.emit({
        kind: why === "budget" ? "eviction-refused" : "drain-waiting",
        node,
        pod,
        message,
        quietMs: repeatWaitMs,
      });
  }

  #podAt(address: string): { pod: string; node: string | undefined } | undefined {
    for (const slice of this.#slices.objects()) {
      const end = isOfInterest(slice) ? serving(slice).get(address) : undefined;
      if (end !== undefined) return { ...end, pod: `${slice.metadata?.namespace ?? ""}/${end.pod}` };
    }
    return undefined;
  }
}

function isOfInterest(slice: V1EndpointSlice | undefined): boolean {
  const { namespace, labels } = slice?.metadata ?? {};
  return namespace !== "kube-system" && labels?.["kubernetes.io/service-name"] !== "kubernetes";
}
