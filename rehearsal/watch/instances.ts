import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  type AutoScalingGroup,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, EC2Client, type Instance } from "@aws-sdk/client-ec2";
import type { NewEvent } from "../event-log.ts";
import { instanceEvents, newFailures, type Activity, type InstanceSight } from "./instance-events.ts";
import type { LaunchFailures } from "./launch-failures.ts";
import type { Look } from "./poller.ts";

export interface AwsCluster {
  readonly clusterName: string;
  readonly region: string;
}

/** What kops tags the instances of a group with that has the role Bastion. */
const bastionTag = "k8s.io/role/bastion";
const instancesEveryMs = 5_000;
const groupsEveryMs = 10_000;
/** Activities asked for of a group that is short of instances. */
const recentActivities = 10;

export interface InstanceLooks {
  readonly looks: Look[];
  /** Instances that run, as last seen. */
  readonly running: () => InstanceSight[];
  readonly close: () => void;
}

/**
 * Looks at the cluster's instances and Auto Scaling groups: instances launched and terminated, and launches that failed,
 * with AWS's reason. Needs ec2:DescribeInstances, autoscaling:DescribeAutoScalingGroups and
 * autoscaling:DescribeScalingActivities. Activities are asked for only while a group has fewer instances than it wants.
 */
export function instanceLooks(
  cluster: AwsCluster,
  failures: LaunchFailures,
  emit: (event: NewEvent) => void,
): InstanceLooks {
  const options = { region: cluster.region, maxAttempts: 2 };
  const ec2 = new EC2Client(options);
  const scaling = new AutoScalingClient(options);
  const startedMs = Date.now();
  const seen = new Map<string, InstanceSight>();
  const told = new Set<string>();
  let first = true;

  const lookAtInstances = async (abortSignal: AbortSignal): Promise<void> => {
    for (const sight of await instancesOf(ec2, cluster.clusterName, abortSignal)) {
      const events = first ? [] : instanceEvents(seen.get(sight.id), sight, Date.now());
      seen.set(sight.id, sight);
      for (const event of events) emit(event);
    }
    first = false;
  };
  const lookAtGroups = async (abortSignal: AbortSignal): Promise<void> => {
    const groups = await groupsOf(scaling, cluster.clusterName, abortSignal);
    for (const group of groups) {
      const name = group.AutoScalingGroupName ?? "";
      if (!isShort(group)) failures.whole(name);
      const activities = isShort(group) ? await activitiesOf(scaling, name, abortSignal) : [];
      for (const { activity, event } of newFailures(activities.reverse(), startedMs, told)) {
        failures.failed(name, activity.message || activity.description, Date.now());
        // The group tries again and again: once a minute says as much.
        emit({ ...event, quietMs: 60_000 });
      }
    }
  };
  return {
    looks: [
      { what: `the instances of ${cluster.clusterName}`, everyMs: instancesEveryMs, look: lookAtInstances },
      { what: `the Auto Scaling groups of ${cluster.clusterName}`, everyMs: groupsEveryMs, look: lookAtGroups },
    ],
    running: () => [...seen.values()].filter(({ state }) => state === "running"),
    close: () => {
      ec2.destroy();
      scaling.destroy();
    },
  };
}

async function instancesOf(ec2: EC2Client, cluster: string, abortSignal: AbortSignal): Promise<InstanceSight[]> {
  const Filters = [{ Name: "tag:KubernetesCluster", Values: [cluster] }];
  const found: InstanceSight[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(new DescribeInstancesCommand({ Filters, NextToken }), { abortSignal });
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances.map(sightOf)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function sightOf(instance: Instance): InstanceSight {
  return {
    id: instance.InstanceId ?? "",
    state: instance.State?.Name ?? "",
    launchedMs: instance.LaunchTime?.getTime(),
    joins: instance.Tags?.some(({ Key }) => Key === bastionTag) !== true,
    group: instance.Tags?.find(({ Key }) => Key === "aws:autoscaling:groupName")?.Value,
    zone: instance.Placement?.AvailabilityZone,
    type: instance.InstanceType,
    reason: instance.StateReason?.Message ?? instance.StateTransitionReason ?? "",
  };
}

async function groupsOf(
  scaling: AutoScalingClient,
  cluster: string,
  abortSignal: AbortSignal,
): Promise<AutoScalingGroup[]> {
  const Filters = [{ Name: "tag:KubernetesCluster", Values: [cluster] }];
  const found: AutoScalingGroup[] = [];
  let NextToken: string | undefined;
  do {
    const page = await scaling.send(new DescribeAutoScalingGroupsCommand({ Filters, NextToken }), { abortSignal });
    found.push(...(page.AutoScalingGroups ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

const isShort = ({ Instances = [], DesiredCapacity = 0 }: AutoScalingGroup): boolean =>
  Instances.filter(({ LifecycleState }) => LifecycleState === "InService").length < DesiredCapacity;

/** The latest of a group, newest first. */
async function activitiesOf(scaling: AutoScalingClient, group: string, abortSignal: AbortSignal): Promise<Activity[]> {
  const command = new DescribeScalingActivitiesCommand({
    AutoScalingGroupName: group,
    MaxRecords: recentActivities,
  });
  const { Activities = [] } = await scaling.send(command, { abortSignal });
  return Activities.map((activity) => ({
    id: activity.ActivityId ?? "",
    group,
    status: activity.StatusCode ?? "",
    startedMs: activity.StartTime?.getTime() ?? 0,
    description: activity.Description ?? "",
    message: activity.StatusMessage ?? "",
  }));
}
