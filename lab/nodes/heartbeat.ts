import { isNotFound, type Kube } from "./kube.ts";
import { leaseObject, nodeConditions } from "./node-object.ts";

/** Leases are renewed this often, in ms: a quarter of what they last, as a kubelet does. */
const leaseIntervalMs = 10_000;
/** A node's conditions are confirmed with every sixth lease: leases alone keep a node alive. */
const statusEvery = 6;

export interface BeatingNode {
  readonly name: string;
  readonly uid: string;
  readonly since: Date;
}

/** Keeps the nodes alive that `nodes` names; returns how to stop. */
export function startHeartbeats(kube: Kube, nodes: () => BeatingNode[], log: (message: string) => void): () => void {
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    for (const node of nodes()) {
      renewLease(kube, node)
        .then(() => (round % statusEvery === 0 ? confirmConditions(kube, node) : undefined))
        // A node that has been deleted stays so: a kubelet registers only when it starts.
        .catch((error: unknown) => isNotFound(error) || log(`heartbeat of ${node.name}: ${(error as Error).message}`));
    }
  }, leaseIntervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Renews a node's lease, or makes it. */
export async function renewLease(kube: Kube, { name, uid }: BeatingNode): Promise<void> {
  const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
  const lease = leaseObject(name, new Date());
  try {
    await kube.patch(`${leases}/${name}`, { spec: lease.spec }, "merge");
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const ownerReferences = [{ apiVersion: "v1", kind: "Node", name, uid }];
    await kube.create(leases, { ...lease, metadata: { ...lease.metadata, ownerReferences } });
  }
}

async function confirmConditions(kube: Kube, { name, since }: BeatingNode): Promise<void> {
  await kube.patch(`/api/v1/nodes/${name}/status`, { status: { conditions: nodeConditions(since, new Date()) } });
}
