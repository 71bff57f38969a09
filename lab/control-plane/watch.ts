import { setTimeout as sleep } from "node:timers/promises";
import type { Part } from "../context.ts";
import type { ClusterLocation, StateStores } from "./state-store.ts";

export interface ClusterWatchOptions {
  /** Brings a cluster up; the part it resolves with is stopped when the cluster's state is gone. */
  start(location: ClusterLocation, signal: AbortSignal): Promise<Part>;
  log(message: string): void;
  /** Default 500 ms. */
  pollMs?: number;
}

/**
 * Follows the state store: a cluster is started as soon as kops has made its keys and stopped as soon as its state is
 * gone. A store that does not answer changes nothing. A cluster that could not be started is tried again.
 */
export function watchClusters(
  stores: Pick<StateStores, "findCluster" | "isThere">,
  options: ClusterWatchOptions,
): Part {
  const pollMs = options.pollMs ?? 500;
  const end = new AbortController();
  let lastProblem = "";

  const step = async (current: Running | undefined): Promise<Running | undefined> => {
    if (!current) {
      const location = await stores.findCluster();
      return location && run(location, options);
    }
    if (await stores.isThere(current.location)) return current.failed ? (await current.stop(), undefined) : current;
    options.log(`the state of cluster ${current.location.prefix} is gone`);
    await current.stop();
    return undefined;
  };

  const loop = async (): Promise<void> => {
    let current: Running | undefined;
    while (!end.signal.aborted) {
      try {
        current = await step(current);
        lastProblem = "";
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (problem !== lastProblem) options.log(`could not look at the state store: ${problem}`);
        lastProblem = problem;
      }
      await sleep(pollMs, undefined, { signal: end.signal }).catch(() => undefined); // stopping cuts it short
    }
    await current?.stop();
  };
  const done = loop();
  return {
    async stop() {
      end.abort();
      await done;
    },
  };
}

interface Running {
  readonly location: ClusterLocation;
  failed: boolean;
  stop(): Promise<void>;
}

/** Starts a cluster without waiting for it, so that it can be given up when its state goes before it is up. */
function run(location: ClusterLocation, options: ClusterWatchOptions): Running {
  const abort = new AbortController();
  const started = options.start(location, abort.signal).catch((error: unknown) => {
    running.failed = true;
    if (!abort.signal.aborted) options.log(`cluster ${location.prefix} could not be started: ${describe(error)}`);
    return undefined;
  });
  const running: Running = {
    location,
    failed: false,
    async stop() {
      abort.abort();
      await (await started)?.stop();
    },
  };
  return running;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
