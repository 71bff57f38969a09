import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client, GetConsoleOutputCommand, type Instance } from "@aws-sdk/client-ec2";
import type { Source } from "./collect.ts";

/** The newest instances are those that fail to join; their consoles say why. */
const consoles = 5;
const callLimitMs = 15_000;

/** What AWS says of the cluster's instances and groups. */
export function awsSources({
  clusterName,
  region,
}: {
  readonly clusterName: string;
  readonly region: string;
}): Source[] {
  const ec2 = new EC2Client({ region, maxAttempts: 2 });
  const scaling = new AutoScalingClient({ region, maxAttempts: 2 });
  const limit = () => ({ abortSignal: AbortSignal.timeout(callLimitMs) });
  const Filters = [{ Name: "tag:KubernetesCluster", Values: [clusterName] }];
  let asked: Promise<Instance[]> | undefined;
  const instances = (): Promise<Instance[]> => {
    asked ??= ec2
      .send(new DescribeInstancesCommand({ Filters }), limit())
      .then(({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances));
    return asked;
  };
  return [
    { file: "aws/instances.json", get: instances },
    {
      file: "aws/activities.json",
      get: async () => {
        const { AutoScalingGroups = [] } = await scaling.send(
          new DescribeAutoScalingGroupsCommand({ Filters }),
          limit(),
        );
        const activities: Record<string, unknown> = {};
        for (const { AutoScalingGroupName = "" } of AutoScalingGroups) {
          const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: 50 });
          activities[AutoScalingGroupName] = (await scaling.send(command, limit())).Activities ?? [];
        }
        return activities;
      },
    },
    {
      file: "aws/consoles.txt",
      get: async () => {
        const newest = [...(await instances())]
          .filter(({ State }) => State?.Name === "running")
          .sort((a, b) => (b.LaunchTime?.getTime() ?? 0) - (a.LaunchTime?.getTime() ?? 0))
          .slice(0, consoles);
        const parts: string[] = [];
        for (const { InstanceId = "" } of newest) {
          const { Output = "" } = await ec2.send(new GetConsoleOutputCommand({ InstanceId }), limit());
          parts.push(`=== ${InstanceId}\n${Buffer.from(Output, "base64").toString("utf8")}\n`);
        }
        return parts.join("\n");
      },
    },
  ];
}
