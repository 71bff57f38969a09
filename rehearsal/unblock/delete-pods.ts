import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../cluster.ts";

const lookMs = 500;
/** The controller of the budgets counts anew within this long. */
const settleMs = 1_000;

/**
 * Deletes pods (`namespace/name`) one after the other, as a careful person would: the next one when the budgets of the
 * namespace have what they ask for again, so that a service of several replicas is not taken down at once. After
 * `patienceMs` the rest goes without waiting: kops will not wait for ever.
 */
export async function deletePods(
  pods: readonly string[],
  patienceMs: number,
  cluster: Pick<Cluster, "deletePod" | "budgets">,
): Promise<void> {
  const endMs = Date.now() + patienceMs;
  for (const [index, pod] of pods.entries()) {
    await cluster.deletePod(pod);
    if (index < pods.length - 1) await untilWhole(pod.split("/")[0] ?? "", endMs, cluster);
  }
}

async function untilWhole(namespace: string, endMs: number, cluster: Pick<Cluster, "budgets">): Promise<void> {
  await delay(Math.max(0, Math.min(settleMs, endMs - Date.now())));
  while (Date.now() < endMs) {
    const budgets = await cluster.budgets(namespace);
    if (budgets.every(({ status }) => (status?.currentHealthy ?? 0) >= (status?.desiredHealthy ?? 0))) return;
    await delay(lookMs);
  }
}
