import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import pRetry from "p-retry";
import { generatorsClash } from "../../../preflight/generators.ts";
import type { RehearsalConfig } from "../../config.ts";
import { UsageError } from "../../errors.ts";
import { limited } from "../../limited.ts";

/**
 * Proves that the load generators' cluster is neither the mirror nor production: by name and address, and, as a cluster can
 * have several of these, by the UID that each cluster gives its namespace kube-system.
 *
 * @throws UsageError when it is, or when that cannot be found out
 */
export async function refuseTestedCluster(config: RehearsalConfig, generators: KubeConfig): Promise<void> {
  const found = generators.getCurrentCluster();
  const target = { name: found?.name ?? "", server: found?.server ?? "" };
  const clash = generatorsClash(target, { mirror: config.clusterName, production: config.production?.clusterName });
  if (clash !== undefined) throw refusal(target.server, clash);
  const mirror = new KubeConfig();
  mirror.loadFromFile(join(config.runsDir, "kubeconfig"));
  const [theirs, ours] = await Promise.all([clusterUid(generators), clusterUid(mirror)]);
  if (theirs === ours) throw refusal(target.server, `is the mirror (${config.clusterName})`);
}

function refusal(server: string, why: string): UsageError {
  return new UsageError(`Load generators must not run on ${server}: it ${why}.`, {
    next: "give load.generators another cluster, or leave it out: then one machine sends",
  });
}

async function clusterUid(kubeConfig: KubeConfig): Promise<string> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const name = "kube-system";
  try {
    const { metadata } = await pRetry(() => limited(core.readNamespace({ name }), 10_000), {
      retries: 4,
      minTimeout: 500,
    });
    if (metadata?.uid === undefined) throw new Error(`${name} has no UID`);
    return metadata.uid;
  } catch (cause) {
    throw new UsageError(`Which cluster ${kubeConfig.getCurrentCluster()?.server ?? ""} is cannot be found out.`, {
      details: [`Reading namespace ${name} failed: ${(cause as Error).message.split("\n")[0] ?? ""}`],
      next: "allow `get namespaces` there; load generators must run neither on the mirror nor on production",
      cause,
    });
  }
}
