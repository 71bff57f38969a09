import {
  AutoScalingClient,
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { callLimits } from "./call-limits.ts";

/** An Auto Scaling group, as far as the skew probe needs to know. */
export interface NodeGroup {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Ids. */
  readonly instances: readonly string[];
}

/** What the skew probe does to a group of nodes. */
export interface NodeGroups {
  /** The first of the cluster's node groups, by exact tags. @throws Error when there is none */
  find(): Promise<NodeGroup>;
  get(name: string): Promise<NodeGroup>;
  resize(name: string, size: Partial<Pick<NodeGroup, "min" | "max" | "desired">>): Promise<void>;
  /** Takes away exactly this instance: a group that is made smaller would choose one itself. */
  terminate(instance: string): Promise<void>;
  close(): void;
}

/** Those of a cluster on AWS; every call is limited in time. */
export function nodeGroups({ clusterName, region }: { clusterName: string; region: string }): NodeGroups {
  const client = new AutoScalingClient({ region, maxAttempts: 5, requestHandler: callLimits() });
  const first = async (
    input: Parameters<typeof paginateDescribeAutoScalingGroups>[1],
  ): Promise<NodeGroup | undefined> => {
    for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client }, input)) {
      const [group] = AutoScalingGroups;
      if (group !== undefined) return nodeGroup(group);
    }
    return undefined;
  };
  return {
    find: async () => {
      const Filters = [
        { Name: "tag:KubernetesCluster", Values: [clusterName] },
        { Name: "tag-key", Values: ["k8s.io/role/node"] },
      ];
      const found = await first({ Filters });
      if (found !== undefined) return found;
      throw new Error(`no Auto Scaling group is tagged KubernetesCluster=${clusterName} and k8s.io/role/node`);
    },
    get: async (name) => {
      const found = await first({ AutoScalingGroupNames: [name] });
      if (found !== undefined) return found;
      throw new Error(`there is no Auto Scaling group ${name} any more`);
    },
    resize: async (name, { min, max, desired }) => {
      const size = { MinSize: min, MaxSize: max, DesiredCapacity: desired };
      await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, ...size }));
    },
    terminate: async (instance) => {
      const own = { InstanceId: instance, ShouldDecrementDesiredCapacity: true };
      await client.send(new TerminateInstanceInAutoScalingGroupCommand(own));
    },
    close: () => client.destroy(),
  };
}

const nodeGroup = (group: AutoScalingGroup): NodeGroup => ({
  name: group.AutoScalingGroupName ?? "",
  min: group.MinSize ?? 0,
  max: group.MaxSize ?? 0,
  desired: group.DesiredCapacity ?? 0,
  instances: (group.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []),
});
