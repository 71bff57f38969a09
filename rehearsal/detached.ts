import { EC2Client, paginateDescribeInstances, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { callLimits } from "./call-limits.ts";
import type { RehearsalConfig } from "./config.ts";

/** What kops tags an instance with when it takes it out of its Auto Scaling group for a roll. */
const detachedTag = "kops.k8s.io/detached-from-asg";

/**
 * Terminates the cluster's instances that an interrupted roll has left outside of their Auto Scaling groups.
 * `kops delete cluster` overlooks them when the network is a shared one: it looks for them in the VPC that carries the
 * cluster's tag, which a shared one does not, and then waits for their volumes until it gives up.
 *
 * @returns the ids of the instances, by exact tags of this cluster
 */
export async function terminateDetached({
  clusterName,
  region,
}: Pick<RehearsalConfig, "clusterName" | "region">): Promise<string[]> {
  const client = new EC2Client({ region, maxAttempts: 5, requestHandler: callLimits() });
  try {
    const ids: string[] = [];
    const pages = paginateDescribeInstances(
      { client },
      {
        Filters: [
          { Name: "tag:KubernetesCluster", Values: [clusterName] },
          { Name: "tag-key", Values: [detachedTag] },
          { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
        ],
      },
    );
    for await (const page of pages) {
      for (const { Instances = [] } of page.Reservations ?? []) {
        ids.push(...Instances.flatMap(({ InstanceId }) => InstanceId ?? []));
      }
    }
    if (ids.length > 0) await client.send(new TerminateInstancesCommand({ InstanceIds: ids }));
    return ids;
  } finally {
    client.destroy();
  }
}
