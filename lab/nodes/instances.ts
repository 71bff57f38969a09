import { DescribeInstanceAttributeCommand, DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { Instance as Ec2Instance } from "@aws-sdk/client-ec2";

/** A running instance of the cluster. */
export interface Instance {
  readonly id: string;
  readonly zone: string;
  readonly type: string;
  readonly privateIp: string;
  readonly privateDnsName: string;
  /** `x86_64` or `arm64`, as EC2 says it. */
  readonly architecture: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where instances come from; tests put their own in its place. */
export interface InstanceSource {
  /** The cluster's running instances. */
  list(): Promise<Instance[]>;
  /** The user data that the instance was started with (of its launch template's version), decoded. */
  userData(instanceId: string): Promise<string>;
  close?(): void;
}

export const emulatorClient = (endpoint: string, region: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000 },
});

/** The cluster's instances as EC2 knows them. */
export function ec2Instances(cluster: string, endpoint: string, region: string): InstanceSource {
  const ec2 = new EC2Client(emulatorClient(endpoint, region));
  const Filters = [
    { Name: "tag:KubernetesCluster", Values: [cluster] },
    { Name: "instance-state-name", Values: ["running"] },
  ];
  return {
    async list() {
      const found: Instance[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ec2.send(new DescribeInstancesCommand({ Filters, NextToken }));
        for (const reservation of page.Reservations ?? []) found.push(...(reservation.Instances ?? []).flatMap(typed));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    },
    async userData(InstanceId) {
      const answer = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: "userData" }));
      return Buffer.from(answer.UserData?.Value ?? "", "base64").toString("utf8");
    },
    close: () => ec2.destroy(),
  };
}

function typed(instance: Ec2Instance): Instance[] {
  const { InstanceId, Placement, InstanceType, PrivateIpAddress } = instance;
  if (InstanceId === undefined || InstanceType === undefined || PrivateIpAddress === undefined) return [];
  return [
    {
      id: InstanceId,
      zone: Placement?.AvailabilityZone ?? "",
      type: InstanceType,
      privateIp: PrivateIpAddress,
      privateDnsName: instance.PrivateDnsName ?? "",
      architecture: instance.Architecture ?? "x86_64",
      tags: Object.fromEntries((instance.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    },
  ];
}
