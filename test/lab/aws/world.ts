import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  type Instance as GroupInstance,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type Instance,
  type RequestLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import { CreateInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { Clients } from "./emulator.ts";

/** A VPC with three subnets in three zones, a security group and an instance profile, and an image to start. */
export interface World {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
  readonly profile: string;
  readonly image: string;
}

/** Fails a test with a clear message where AWS left out what it always returns. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing in the answer`);
  return value;
}

export async function createWorld({ ec2, iam }: Clients, name: string): Promise<World> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
  const vpc = present(Vpc?.VpcId, "VpcId");
  const subnets: string[] = [];
  for (const [index, zone] of ["us-east-1a", "us-east-1b", "us-east-1c"].entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpc, CidrBlock: `10.9.${index}.0/24`, AvailabilityZone: zone }),
    );
    subnets.push(present(Subnet?.SubnetId, "SubnetId"));
  }
  const group = await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpc }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["099720109477"] }));
  return {
    vpc,
    subnets,
    securityGroup: present(group.GroupId, "GroupId"),
    profile: name,
    image: present(Images[0]?.ImageId, "an image of the channel"),
  };
}

/** A launch template as kops makes them: everything about the network in its interface, the root volume mapped. */
export const templateData = (world: World, type = "m5.large"): RequestLaunchTemplateData => ({
  ImageId: world.image,
  InstanceType: type as "m5.large",
  IamInstanceProfile: { Name: world.profile },
  UserData: Buffer.from(`#!/bin/bash\necho ${type}\n`).toString("base64"),
  NetworkInterfaces: [
    { DeviceIndex: 0, AssociatePublicIpAddress: true, DeleteOnTermination: true, Groups: [world.securityGroup] },
  ],
  BlockDeviceMappings: [
    { DeviceName: "/dev/sda1", Ebs: { VolumeSize: 48, VolumeType: "gp3", DeleteOnTermination: true, Encrypted: true } },
  ],
  TagSpecifications: [
    { ResourceType: "instance", Tags: [{ Key: "Name", Value: type }] },
    { ResourceType: "volume", Tags: [{ Key: "Name", Value: `${type}-volume` }] },
  ],
});

/** A launch template and a group that follows its newest version, over all subnets; returns the template's id. */
export async function createGroup(
  { ec2, autoscaling }: Clients,
  world: World,
  name: string,
  size: number,
  targetGroups: string[] = [],
): Promise<string> {
  const template = await ec2.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: name, LaunchTemplateData: templateData(world) }),
  );
  const id = present(template.LaunchTemplate?.LaunchTemplateId, "LaunchTemplateId");
  await autoscaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateId: id, Version: "$Latest" },
      MinSize: size,
      MaxSize: size,
      VPCZoneIdentifier: world.subnets.join(","),
      TargetGroupARNs: targetGroups,
    }),
  );
  return id;
}

export async function groupInstances({ autoscaling }: Clients, name: string): Promise<GroupInstance[]> {
  const answer = await autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }));
  return answer.AutoScalingGroups?.[0]?.Instances ?? [];
}

export async function describe({ ec2 }: Clients, instanceIds: (string | undefined)[]): Promise<Instance[]> {
  const InstanceIds = instanceIds.map((id) => present(id, "InstanceId"));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  return Reservations.flatMap((reservation) => reservation.Instances ?? []);
}
