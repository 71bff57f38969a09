import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DeleteAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteLaunchTemplateCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVolumeCommand,
  DeleteVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { DeleteInstanceProfileCommand } from "@aws-sdk/client-iam";
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { diffInventory, inventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { startEmulator, type Emulator } from "./emulator.ts";
import { createGroup, createWorld, groupInstances, present } from "./world.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
const now = (): Promise<Inventory> => inventory(emulator.aws.endpoint);

test("nothing exists at first, and what AWS has by itself does not count", async () => {
  expect(await now()).toEqual([]);
  // The first call makes the region's default VPC, subnets, images and so on.
  const { Vpcs } = await emulator.clients.ec2.send(new DescribeVpcsCommand({}));
  expect(Vpcs).toHaveLength(1);
  expect(await now()).toEqual([]);
});

test("what is made is listed by id, and gone when it is deleted; a terminated instance is not, what it left is", async () => {
  const { ec2, iam, autoscaling } = emulator.clients;
  const before = await now();
  const world = await createWorld(emulator.clients, "world");
  const template = await createGroup(emulator.clients, world, "group", 1);
  const instance = present((await groupInstances(emulator.clients, "group"))[0]?.InstanceId, "InstanceId");
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }));
  await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: instance, Device: "/dev/sdf" }));
  const { added } = diffInventory(before, await now());
  expect(added).toEqual(
    expect.arrayContaining([
      "autoscaling/autoscaling_groups/us-east-1/group",
      `ec2/groups/us-east-1/${world.securityGroup}`,
      `ec2/instances/us-east-1/${instance}`,
      `ec2/launch_templates/us-east-1/${template}`,
      ...world.subnets.map((subnet) => `ec2/subnets/us-east-1/${subnet}`),
      `ec2/volumes/us-east-1/${VolumeId}`,
      `ec2/vpcs/us-east-1/${world.vpc}`,
      "iam/instance_profiles/world",
    ]),
  );
  expect(added.filter((entry) => entry.startsWith("ec2/enis/"))).toHaveLength(1);
  expect(added.filter((entry) => entry.startsWith("ec2/volumes/"))).toHaveLength(2);

  await autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "group", ForceDelete: true }));
  await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: template }));
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId: world.securityGroup }));
  for (const subnet of world.subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
  await ec2.send(new DeleteVpcCommand({ VpcId: world.vpc }));
  await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: "world" }));
  // It was attached later and is not deleted with the instance.
  expect(diffInventory(before, await now())).toEqual({ added: [`ec2/volumes/us-east-1/${VolumeId}`], removed: [] });
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  expect(diffInventory(before, await now())).toEqual({ added: [], removed: [] });
});

test("objects, with their versions, and DNS records are resources of their own", async () => {
  const { s3, route53 } = emulator.clients;
  const before = await now();
  await s3.send(new CreateBucketCommand({ Bucket: "things" }));
  await s3.send(new PutObjectCommand({ Bucket: "things", Key: "a/b", Body: "1" }));
  expect(diffInventory(before, await now()).added).toEqual(["s3/buckets/things", "s3/objects/things/a/b@null"]);
  await s3.send(new DeleteObjectCommand({ Bucket: "things", Key: "a/b" }));
  await s3.send(new DeleteBucketCommand({ Bucket: "things" }));
  expect(diffInventory(before, await now()).added).toEqual([]);

  const zone = await route53.send(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" }));
  const id = present(zone.HostedZone?.Id, "Id").replace("/hostedzone/", "");
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: id,
      ChangeBatch: {
        Changes: [
          {
            Action: "CREATE",
            ResourceRecordSet: {
              Name: "api.example.com",
              Type: "A",
              TTL: 60,
              ResourceRecords: [{ Value: "10.0.0.1" }],
            },
          },
        ],
      },
    }),
  );
  expect(diffInventory(before, await now()).added).toEqual([
    `route53/records/${id}/api.example.com./A`,
    `route53/zones/${id}`,
  ]);
});

test("a default that is deleted shows", async () => {
  const { ec2 } = emulator.clients;
  const before = await now();
  const { Vpcs = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({
      Filters: [{ Name: "vpc-id", Values: [present(Vpcs[0]?.VpcId, "VpcId")] }],
    }),
  );
  const subnet = present(Subnets[0]?.SubnetId, "SubnetId");
  await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
  expect(diffInventory(before, await now()).added).toEqual([`ec2/subnets/us-east-1/${subnet} deleted`]);
});

test("an address where no emulator answers is an error that says so", async () => {
  await expect(inventory("http://127.0.0.1:9")).rejects.toThrow("the lab's AWS does not answer");
});
