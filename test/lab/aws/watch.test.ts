import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CreateOrUpdateTagsCommand } from "@aws-sdk/client-auto-scaling";
import { CreateTagsCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand as CreateClassicCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { NewEvent } from "../../../rehearsal/event-log.ts";
import { instanceLooks, type InstanceLooks } from "../../../rehearsal/watch/instances.ts";
import { LaunchFailures } from "../../../rehearsal/watch/launch-failures.ts";
import { targetLook } from "../../../rehearsal/watch/targets.ts";
import { eventually } from "../../unit/lab/eventually.ts";
import { startEmulator, type Clients, type Emulator } from "./emulator.ts";
import { createGroup, createWorld, groupInstances, present, type World } from "./world.ts";

const cluster = { clusterName: "mirror.example.com", region: "us-east-1" };
const variables = { AWS_ACCESS_KEY_ID: "tester", AWS_SECRET_ACCESS_KEY: "tester", AWS_ENDPOINT_URL: "" };
const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
let emulator: Emulator;
let clients: Clients;
let world: World;

beforeAll(async () => {
  emulator = await startEmulator();
  // The watch goes by the environment, as everything does that a step starts.
  Object.assign(process.env, variables, { AWS_ENDPOINT_URL: emulator.aws.endpoint });
  clients = emulator.clients;
  world = await createWorld(clients, "watch");
});
afterAll(async () => {
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await emulator.stop();
});

const signal = (): AbortSignal => AbortSignal.timeout(60_000);
const lookAll = async ({ looks }: InstanceLooks): Promise<void> => {
  for (const look of looks) await look.look(signal());
};

test("instances launched and terminated are told, a launch without capacity with AWS's reason, and that it is over", async () => {
  await createGroup(clients, world, "nodes", 1);
  const ids = async (): Promise<string[]> =>
    (await groupInstances(clients, "nodes")).map(({ InstanceId }) => present(InstanceId, "InstanceId"));
  const [first = ""] = await ids();
  const tag = { Key: "KubernetesCluster", Value: cluster.clusterName };
  await clients.ec2.send(new CreateTagsCommand({ Resources: [first], Tags: [tag] }));
  const ofGroup = { ResourceId: "nodes", ResourceType: "auto-scaling-group", PropagateAtLaunch: true };
  await clients.autoscaling.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, ...ofGroup }] }));

  const told: NewEvent[] = [];
  const failures = new LaunchFailures();
  const watch = instanceLooks(cluster, failures, (event) => told.push(event));
  try {
    await lookAll(watch);
    expect(told).toEqual([]);
    expect(watch.running().map(({ id }) => id)).toEqual([first]);

    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
    const [second = ""] = await ids();
    await lookAll(watch);
    expect(told.map(({ kind, instance }) => `${kind} ${instance}`).sort()).toEqual(
      [`instance-launched ${second}`, `instance-terminated ${first}`].sort(),
    );

    emulator.faults.add("aws-capacity", { target: "nodes" });
    await emulator.aws.faultsApplied();
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [second] }));
    expect(await ids()).toEqual([]);
    told.length = 0;
    await lookAll(watch);
    // The group tries again after ten seconds, and fails again.
    const failed = told.filter(({ kind }) => kind === "launch-failed").map(({ message }) => message);
    expect([...new Set(failed)]).toEqual([
      expect.stringMatching(
        /^Auto Scaling group nodes cannot launch an instance: We currently do not have sufficient m5/,
      ),
    ]);
    expect(failures.verdict(cluster.clusterName, Date.now() + 61_000)?.message).toMatch(/We currently do not have/);

    emulator.faults.clear();
    await emulator.aws.faultsApplied();
    await eventually(async () => expect(await ids()).toHaveLength(1), 60_000);
    await lookAll(watch);
    expect(failures.verdict(cluster.clusterName, Date.now() + 61_000)).toBeUndefined();
  } finally {
    watch.close();
  }
});

test("a call that AWS throttles or denies is an error of that look alone", async () => {
  const watch = instanceLooks(cluster, new LaunchFailures(), () => undefined);
  try {
    emulator.faults.add("aws-deny", { target: "ec2:DescribeInstances" });
    await emulator.aws.faultsApplied();
    await expect(watch.looks[0]?.look(signal())).rejects.toThrow("ec2:DescribeInstances");
    await watch.looks[1]?.look(signal());
  } finally {
    emulator.faults.clear();
    await emulator.aws.faultsApplied();
    watch.close();
  }
});

test("targets of a network load balancer that come and go are told", async () => {
  await createGroup(clients, world, "behind", 2);
  const targets = (await groupInstances(clients, "behind")).map(({ InstanceId }) => ({
    Id: present(InstanceId, "id"),
  }));
  const balancer = await clients.elb.send(
    new CreateLoadBalancerCommand({ Name: "app", Type: "network", Subnets: [...world.subnets] }),
  );
  const { LoadBalancerArn, DNSName } = present(balancer.LoadBalancers?.[0], "LoadBalancer");
  const group = await clients.elb.send(
    new CreateTargetGroupCommand({ Name: "app", Protocol: "TCP", Port: 80, VpcId: world.vpc, TargetType: "instance" }),
  );
  const TargetGroupArn = present(group.TargetGroups?.[0]?.TargetGroupArn, "TargetGroupArn");
  const DefaultActions = [{ Type: "forward" as const, TargetGroupArn }];
  await clients.elb.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: "TCP", Port: 80, DefaultActions }));
  await clients.elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: targets }));

  const told: NewEvent[] = [];
  const { look, close } = targetLook({ host: present(DNSName, "DNSName"), region: "us-east-1" }, (event) =>
    told.push(event),
  );
  try {
    await look.look(signal());
    expect(told).toEqual([]);
    await clients.elb.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: targets.slice(0, 1) }));
    await look.look(signal());
    expect(told.map(({ kind, instance }) => [kind, instance])).toEqual([["target-removed", targets[0]?.Id]]);
    expect(told[0]?.message).toMatch(/load balancer app /);
  } finally {
    close();
  }
});

test("so are those of a classic load balancer; one that is not there is an error", async () => {
  const classic = new ElasticLoadBalancingClient({ region: "us-east-1", maxAttempts: 1 });
  const LoadBalancerName = "classic";
  const Listeners = [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 30080 }];
  const { DNSName } = await classic.send(
    new CreateClassicCommand({ LoadBalancerName, Listeners, AvailabilityZones: ["us-east-1a"] }),
  );
  const HealthCheck = { Target: "TCP:30080", Interval: 10, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 2 };
  await classic.send(new ConfigureHealthCheckCommand({ LoadBalancerName, HealthCheck }));
  const Instances = (await groupInstances(clients, "behind")).map(({ InstanceId }) => ({ InstanceId }));
  await classic.send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName, Instances }));

  const told: NewEvent[] = [];
  const { look, close } = targetLook({ host: present(DNSName, "DNSName"), region: "us-east-1" }, (event) =>
    told.push(event),
  );
  const nowhere = targetLook({ host: "other-1.elb.us-east-1.amazonaws.com", region: "us-east-1" }, () => undefined);
  try {
    await look.look(signal());
    await classic.send(
      new DeregisterInstancesFromLoadBalancerCommand({ LoadBalancerName, Instances: Instances.slice(0, 1) }),
    );
    await look.look(signal());
    expect(told.map(({ kind, instance }) => [kind, instance])).toEqual([["target-removed", Instances[0]?.InstanceId]]);
    await expect(nowhere.look.look(signal())).rejects.toThrow(/no load balancer in us-east-1/);
  } finally {
    close();
    nowhere.close();
    classic.destroy();
  }
});
