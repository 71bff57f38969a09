import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  AttachInstancesCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  DescribeWarmPoolCommand,
  DetachInstancesCommand,
  PutLifecycleHookCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeVolumesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateTargetGroupCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { startEmulator, type Clients, type Emulator } from "./emulator.ts";
import { createGroup, createWorld, describe, groupInstances, present, templateData, type World } from "./world.ts";

let emulator: Emulator;
let clients: Clients;
let world: World;
beforeAll(async () => {
  emulator = await startEmulator();
  clients = emulator.clients;
  world = await createWorld(clients, "groups");
});
afterAll(() => emulator.stop());

const ids = async (name: string): Promise<string[]> =>
  (await groupInstances(clients, name)).map((instance) => present(instance.InstanceId, "InstanceId"));

test("instances are spread over the zones of their group", async () => {
  await createGroup(clients, world, "spread", 6);
  const zones = (await groupInstances(clients, "spread")).map((instance) => instance.AvailabilityZone);
  expect(zones.sort()).toEqual(["us-east-1a", "us-east-1a", "us-east-1b", "us-east-1b", "us-east-1c", "us-east-1c"]);
});

test("an instance has what its template says: profile, security group, public address, one tagged root volume", async () => {
  await createGroup(clients, world, "template", 1);
  const [instance] = await describe(clients, await ids("template"));
  expect(instance?.IamInstanceProfile?.Arn).toMatch(/instance-profile\/groups$/);
  expect(instance?.SecurityGroups?.map((group) => group.GroupId)).toEqual([world.securityGroup]);
  expect(instance?.PublicIpAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(world.subnets).toContain(instance?.SubnetId);
  const { Volumes = [] } = await clients.ec2.send(
    new DescribeVolumesCommand({
      Filters: [{ Name: "attachment.instance-id", Values: [present(instance?.InstanceId, "id")] }],
    }),
  );
  expect(Volumes.map(({ Size, VolumeType, Tags }) => ({ Size, VolumeType, Tags }))).toEqual([
    { Size: 48, VolumeType: "gp3", Tags: [{ Key: "Name", Value: "m5.large-volume" }] },
  ]);
});

test("an instance keeps its template version, and its replacement is started from the newest", async () => {
  const template = await createGroup(clients, world, "versions", 1);
  const [old] = await groupInstances(clients, "versions");
  await clients.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: template,
      LaunchTemplateData: templateData(world, "m5.xlarge"),
    }),
  );
  expect((await groupInstances(clients, "versions"))[0]?.LaunchTemplate?.Version).toBe("1");
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [present(old?.InstanceId, "InstanceId")] }));
  const [replacement] = await groupInstances(clients, "versions");
  expect(replacement?.LaunchTemplate).toMatchObject({ LaunchTemplateId: template, Version: "2" });
  const [instance] = await describe(clients, [replacement?.InstanceId]);
  expect(instance?.InstanceType).toBe("m5.xlarge");
  const tags: unknown = Object.fromEntries((instance?.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
  expect(tags).toMatchObject({
    Name: "m5.xlarge",
    "aws:autoscaling:groupName": "versions",
    "aws:ec2launchtemplate:version": "2",
  });
});

test("a detached instance runs on outside of its group, is replaced, and can be attached again", async () => {
  await createGroup(clients, world, "detach", 1);
  const [detached = ""] = await ids("detach");
  await clients.autoscaling.send(
    new DetachInstancesCommand({
      AutoScalingGroupName: "detach",
      InstanceIds: [detached],
      ShouldDecrementDesiredCapacity: false,
    }),
  );
  const [replacement = ""] = await ids("detach");
  expect(replacement).not.toBe(detached);
  const [instance] = await describe(clients, [detached]);
  expect(instance?.State?.Name).toBe("running");
  expect(instance?.Tags?.map((tag) => tag.Key)).not.toContain("aws:autoscaling:groupName");

  await clients.autoscaling.send(
    new DetachInstancesCommand({
      AutoScalingGroupName: "detach",
      InstanceIds: [replacement],
      ShouldDecrementDesiredCapacity: true,
    }),
  );
  expect(await ids("detach")).toEqual([]);
  await clients.autoscaling.send(
    new AttachInstancesCommand({ AutoScalingGroupName: "detach", InstanceIds: [detached] }),
  );
  expect(await ids("detach")).toEqual([detached]);
});

test("an instance leaves the target groups however it leaves its group", async () => {
  const { TargetGroups = [] } = await clients.elb.send(
    new CreateTargetGroupCommand({ Name: "api", Protocol: "TCP", Port: 443, VpcId: world.vpc, TargetType: "instance" }),
  );
  const arn = present(TargetGroups[0]?.TargetGroupArn, "TargetGroupArn");
  const targets = async (): Promise<(string | undefined)[]> => {
    const health = await clients.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    return (health.TargetHealthDescriptions ?? []).map((target) => target.Target?.Id).sort();
  };
  await createGroup(clients, world, "targets", 2, [arn]);
  const expectTargets = async (): Promise<void> => expect(await targets()).toEqual((await ids("targets")).sort());
  await expectTargets();

  const [first = "", second = ""] = await ids("targets");
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
  expect(await targets()).not.toContain(first);
  await clients.autoscaling.send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: second, ShouldDecrementDesiredCapacity: false }),
  );
  await expectTargets();
  expect(await targets()).toHaveLength(2);
});

test("terminating in the group with a smaller capacity replaces nothing, and is an error outside of a group", async () => {
  await createGroup(clients, world, "terminate", 2);
  const [first = "", second = ""] = await ids("terminate");
  const command = new TerminateInstanceInAutoScalingGroupCommand({
    InstanceId: first,
    ShouldDecrementDesiredCapacity: true,
  });
  await clients.autoscaling.send(command);
  expect(await ids("terminate")).toEqual([second]);
  const answer = await clients.autoscaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["terminate"] }),
  );
  expect(answer.AutoScalingGroups?.[0]?.DesiredCapacity).toBe(1);
  await expect(clients.autoscaling.send(command)).rejects.toMatchObject({ name: "ValidationError" });
});

test("the activities of a group tell what it did, newest first, also what it could not do", async () => {
  const template = await createGroup(clients, world, "activities", 1);
  const [first = ""] = await ids("activities");
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
  const [second = ""] = await ids("activities");
  await clients.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: template }));
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [second] }));
  const { Activities = [] } = await clients.autoscaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "activities" }),
  );
  expect(Activities.map(({ Description, StatusCode }) => [Description, StatusCode])).toEqual([
    ["Launching a new EC2 instance", "Failed"],
    [`Terminating EC2 instance: ${second}`, "Successful"],
    [`Launching a new EC2 instance: ${second}`, "Successful"],
    [`Terminating EC2 instance: ${first}`, "Successful"],
    [`Launching a new EC2 instance: ${first}`, "Successful"],
  ]);
  expect(await ids("activities")).toEqual([]);
});

test("the warm pool of a group that does not exist is a ValidationError", async () => {
  const command = new DescribeWarmPoolCommand({ AutoScalingGroupName: "nobody" });
  await expect(clients.autoscaling.send(command)).rejects.toMatchObject({
    name: "ValidationError",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a group takes its lifecycle hooks with it", async () => {
  const hooks = async (): Promise<number> =>
    (await clients.autoscaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: "hooks" })))
      .LifecycleHooks?.length ?? 0;
  await createGroup(clients, world, "hooks", 0);
  await clients.autoscaling.send(
    new PutLifecycleHookCommand({
      AutoScalingGroupName: "hooks",
      LifecycleHookName: "drain",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    }),
  );
  expect(await hooks()).toBe(1);
  await clients.autoscaling.send(
    new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "hooks", ForceDelete: true }),
  );
  expect(await hooks()).toBe(0);
});
