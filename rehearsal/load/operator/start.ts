import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { RehearsalConfig } from "../../config.ts";
import { messageOf, RehearsalError } from "../../errors.ts";
import { interrupted } from "../../interrupt.ts";
import type { Generator, TakeLine } from "../generator.ts";
import { script } from "../plan.ts";
import { GeneratorCluster } from "./cluster.ts";
import { refuseTestedCluster } from "./guard.ts";
import { canaryUrl, loadManifests, loadName, runnerSelector } from "./manifests.ts";
import { Runners } from "./runners.ts";

/** Until all runners send: images are pulled, nodes may have to be added. */
const startLimitMs = 5 * 60_000;
/** Until pods that were told to stop are gone; Kubernetes gives them 30 s. */
const stopLimitMs = 60_000;
const pollMs = 1000;

type Generators = NonNullable<RehearsalConfig["load"]["generators"]>;

/**
 * Several k6 pods that k6's operator runs on another cluster. What an earlier load on the same mirror left there is removed
 * first. Resolves when all of them send.
 *
 * @throws UsageError when that cluster is the mirror or production
 * @throws RehearsalError when they do not start; nothing is left then
 */
export async function startOnCluster(
  config: RehearsalConfig,
  generators: Generators,
  environment: (canaryUrl: string) => Record<string, string>,
  take: TakeLine,
): Promise<Generator> {
  const cluster = new GeneratorCluster(generators);
  await refuseTestedCluster(config, cluster.kubeConfig);
  const name = loadName(config.clusterName);
  await clear(cluster, name);
  const manifests = loadManifests(
    config.clusterName,
    generators,
    await readFile(script, "utf8"),
    environment(canaryUrl),
  );
  const runners = new Runners(cluster, name, generators.parallelism, take);
  try {
    await cluster.create(manifests.configMap, manifests.testRun);
    await runners.watch();
    await allStarted(cluster, name, runners);
  } catch (error) {
    await runners.unwatch();
    await cluster.remove(name).catch(() => undefined);
    throw error;
  }

  const end = async () => {
    const ends = await runners.ended();
    await cluster.remove(name).catch((error: unknown) => take(messageOf(error), 0));
    return ends;
  };
  const ended = end();
  return {
    ended,
    stop: async () => {
      // Its pods are told to stop with it. If that cannot be said, they end with their time, or when they are silent.
      await cluster.remove(name).catch((error: unknown) => take(messageOf(error), 0));
      const late = delay(stopLimitMs, "late", { ref: false });
      if ((await Promise.race([ended, late])) === "late") await cluster.kill(runnerSelector(name));
    },
  };
}

/** Removes what a load that was killed has left, and waits until it sends no more. */
async function clear(cluster: GeneratorCluster, name: string): Promise<void> {
  await cluster.remove(name);
  const end = Date.now() + stopLimitMs;
  while ((await cluster.pods(runnerSelector(name))).items.length > 0) {
    if (Date.now() > end) await cluster.kill(runnerSelector(name));
    await pause();
  }
}

async function allStarted(cluster: GeneratorCluster, name: string, runners: Runners): Promise<void> {
  const end = Date.now() + startLimitMs;
  for (;;) {
    const stage = await cluster.stage(name);
    if (stage === "started") return;
    const failed = stage === "error" || stage === "finished" || stage === "stopped";
    if (failed || Date.now() > end) {
      throw new RehearsalError(`The load generators on ${cluster.server} did not start.`, {
        details: [
          `Stage of TestRun ${cluster.namespace}/${name}: ${stage ?? "none; is k6's operator running there?"}`,
          ...(stage === "error" ? await initializerWords(cluster, name) : runners.waiting()),
        ],
        next: "correct that and run the same command again; the load had not begun",
      });
    }
    await pause();
  }
}

/** The operator tries the script in a pod of its own first. */
async function initializerWords(cluster: GeneratorCluster, name: string): Promise<string[]> {
  const { items } = await cluster.pods(`job-name=${name}-initializer`);
  const pod = items[0]?.metadata?.name;
  return pod === undefined ? [] : await cluster.lastWords(pod).catch((error: unknown) => [messageOf(error)]);
}

async function pause(): Promise<void> {
  await delay(pollMs, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
}
