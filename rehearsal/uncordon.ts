import type { Cluster } from "./cluster.ts";
import type { EventLog } from "./event-log.ts";

/**
 * Lets pods onto nodes again that a roll which was stopped has left cordoned: what it had drained may run nowhere else (as
 * on the only control plane), and kops does not begin to roll a cluster in which pods of kube-system are pending. The
 * mirror is ours: nobody else cordons its nodes.
 *
 * @param among default: all nodes; see `besideProbe`
 */
export async function uncordonLeftBehind(
  cluster: Pick<Cluster, "nodes" | "uncordon">,
  log: Pick<EventLog, "emit">,
  among?: readonly string[],
): Promise<void> {
  for (const { metadata, spec } of await cluster.nodes()) {
    const node = metadata?.name ?? "";
    if (among?.includes(node) === false) continue;
    // It goes anyway.
    if (spec?.unschedulable !== true || metadata?.deletionTimestamp !== undefined) continue;
    await cluster.uncordon(node);
    const message = `node ${node} had been left cordoned by a roll that was stopped; kubectl uncordon ${node}`;
    log.emit({ kind: "note", node, message });
  }
}
