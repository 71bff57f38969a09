import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { Clone } from "./clone.ts";

/** An Auto Scaling group, as far as a roll may leave it otherwise than it was. */
export interface Group {
  readonly name: string;
  readonly sizes: readonly (number | undefined)[];
  readonly instances: number;
}

/** The Auto Scaling groups with how large they are to be, and are. */
export async function groupsOf(clone: Clone): Promise<Group[]> {
  const client = new AutoScalingClient(awsOf(clone));
  const { AutoScalingGroups = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}));
  client.destroy();
  const groups = AutoScalingGroups.map(({ AutoScalingGroupName, MinSize, MaxSize, DesiredCapacity, Instances }) => ({
    name: AutoScalingGroupName ?? "",
    sizes: [MinSize, MaxSize, DesiredCapacity],
    instances: Instances?.length ?? 0,
  }));
  return groups.sort((a, b) => a.name.localeCompare(b.name));
}

/** Instances that a roll has taken out of their groups and that still run. */
export async function detached(clone: Clone): Promise<string[]> {
  const client = new EC2Client(awsOf(clone));
  const Filters = [
    { Name: "tag-key", Values: ["kops.k8s.io/detached-from-asg"] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
  ];
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ Filters }));
  client.destroy();
  return Reservations.flatMap(({ Instances = [] }) => Instances.flatMap(({ InstanceId }) => InstanceId ?? []));
}

function awsOf({ lab }: Clone): {
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  const { AWS_ENDPOINT_URL = "", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = lab.env;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return { region: "us-east-1", endpoint: AWS_ENDPOINT_URL, credentials };
}
