import { setTimeout as delay } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { messageOf } from "../../errors.ts";
import { Follower } from "../../watch/kubernetes.ts";
import type { RunnerEnd, TakeLine } from "../generator.ts";
import type { GeneratorCluster } from "./cluster.ts";
import { followLog } from "./log.ts";
import { runnerOf, runnerSelector } from "./manifests.ts";

const container = "k6";
/** A runner writes twenty lines a second at least. One that is silent for so long is lost, whatever its pod says. */
const silenceMs = 60_000;
/** How long the rest of the log may take once the container has ended. */
const drainMs = 30_000;
const retryMs = 500;

/** One k6 pod and its log. */
class Runner {
  #pod: V1Pod | undefined;
  #gone = false;
  #lastLineMs = Date.now();
  #since: string | undefined;
  #reading: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(
    private readonly cluster: GeneratorCluster,
    private readonly number: number,
    private readonly take: TakeLine,
  ) {}

  see(pod: V1Pod | undefined): void {
    if (pod === undefined) this.#gone = true;
    else this.#pod = pod;
    if (this.started) this.#reading ??= this.#read();
  }

  get started(): boolean {
    return this.#state?.running !== undefined || this.#state?.terminated !== undefined;
  }

  get waiting(): string | undefined {
    if (this.started) return undefined;
    const { waiting } = this.#state ?? {};
    const unscheduled = this.#pod?.status?.conditions?.find(
      ({ type, status }) => type === "PodScheduled" && status === "False",
    );
    const why = waiting?.message ?? waiting?.reason ?? unscheduled?.message ?? "has no pod";
    return `runner ${this.number + 1} of k6: ${why}`;
  }

  /** Resolves when the pod and its log have ended, or the runner is lost. */
  async end(): Promise<RunnerEnd> {
    this.#lastLineMs = Date.now();
    while (!this.#over && Date.now() - this.#lastLineMs < silenceMs) await delay(retryMs / 2);
    const late = delay(drainMs, undefined, { ref: false });
    if (this.#over) await Promise.race([this.#reading, late]);
    this.#stop.abort();
    await this.#reading;
    const name = this.#pod?.metadata?.name ?? `runner ${this.number + 1}`;
    return { name, exitCode: this.#state?.terminated?.exitCode };
  }

  get #state() {
    return this.#pod?.status?.containerStatuses?.find(({ name }) => name === container)?.state;
  }

  get #over(): boolean {
    return this.#gone || this.#state?.terminated !== undefined;
  }

  /** Follows the log to its end; when it breaks off, from its last second on. */
  async #read(): Promise<void> {
    const { kubeConfig, namespace } = this.cluster;
    const pod = this.#pod?.metadata?.name ?? "";
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const over = this.#over;
      const problem = await followLog({ kubeConfig, namespace, pod, container }, this.#since, this.#line, signal).then(
        () => undefined,
        messageOf,
      );
      // What was read to its end after the container had ended is all there is; of a pod that is gone there is no more.
      if ((over && problem === undefined) || this.#gone) return;
      if (problem !== undefined && !signal.aborted) this.take(`${problem}; asking again`, this.number);
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  readonly #line = (line: string, time: string): void => {
    this.#lastLineMs = Date.now();
    // The API server counts in whole seconds.
    this.#since = `${time.slice(0, 19)}Z`;
    this.take(line, this.number);
  };
}

/** The k6 pods of a TestRun: hands over what they log, and tells how each ended. */
export class Runners {
  readonly #runners: readonly Runner[];
  readonly #follower: Follower<V1Pod>;

  constructor(cluster: GeneratorCluster, name: string, count: number, take: TakeLine) {
    this.#runners = Array.from({ length: count }, (_, number) => new Runner(cluster, number, take));
    const labelSelector = runnerSelector(name);
    const see = (pod: V1Pod, gone: boolean): void => {
      const number = runnerOf(name, pod.metadata?.labels);
      if (number !== undefined) this.#runners[number]?.see(gone ? undefined : pod);
    };
    this.#follower = new Follower<V1Pod>({
      cluster,
      path: `/api/v1/namespaces/${cluster.namespace}/pods`,
      labelSelector,
      list: () => cluster.pods(labelSelector),
      atFirst: (pod) => (see(pod, false), []),
      tell: (before, after) => (see((after ?? before)!, after === undefined), []),
      emit: ({ message }) => take(message, 0),
    });
  }

  async watch(): Promise<void> {
    await this.#follower.start();
  }

  /** What those that do not run yet wait for. */
  waiting(): string[] {
    return this.#runners.map((runner) => runner.waiting).filter((why) => why !== undefined);
  }

  async ended(): Promise<RunnerEnd[]> {
    const ends = await Promise.all(this.#runners.map((runner) => runner.end()));
    await this.#follower.stop();
    return ends;
  }

  async unwatch(): Promise<void> {
    await this.#follower.stop();
  }
}
