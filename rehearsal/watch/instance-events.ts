import type { NewEvent } from "../event-log.ts";

/** An instance as EC2 shows it. */
export interface InstanceSight {
  readonly id: string;
  /** `pending`, `running`, `shutting-down`, `terminated`, `stopping`, `stopped`. */
  readonly state: string;
  readonly launchedMs: number | undefined;
  /** It is to become a node: a bastion is not. */
  readonly joins: boolean;
  /** Its Auto Scaling group. */
  readonly group: string | undefined;
  readonly zone: string | undefined;
  readonly type: string | undefined;
  /** Why it is in this state, as AWS says it; empty when it does not. */
  readonly reason: string;
}

const gone = (sight: InstanceSight | undefined): boolean =>
  sight === undefined || sight.state === "shutting-down" || sight.state === "terminated";

/** What happened to an instance between two sights of it; `undefined` is not there. */
export function instanceEvents(before: InstanceSight | undefined, after: InstanceSight, nowMs: number): NewEvent[] {
  const where = [after.group, after.zone, after.type].filter((part) => part !== undefined).join(", ");
  const name = `instance ${after.id}${where === "" ? "" : ` (${where})`}`;
  if (before === undefined && !gone(after)) {
    // EC2's own time, in whole seconds; a clock that is ahead of ours must not date it into the future.
    const time = new Date(Math.min(after.launchedMs ?? nowMs, nowMs)).toISOString();
    return [{ kind: "instance-launched", instance: after.id, time, message: `${name} was launched` }];
  }
  if (before !== undefined && !gone(before) && gone(after)) {
    const why = after.reason === "" ? "" : `: ${after.reason}`;
    const how = after.state === "terminated" ? "was terminated" : "is shutting down";
    return [{ kind: "instance-terminated", instance: after.id, message: `${name} ${how}${why}` }];
  }
  return [];
}

/** A scaling activity of an Auto Scaling group. */
export interface Activity {
  readonly id: string;
  readonly group: string;
  /** `Successful`, `Failed`, `Cancelled`, `InProgress` … */
  readonly status: string;
  readonly startedMs: number;
  readonly description: string;
  /** AWS's reason; empty when it gives none. */
  readonly message: string;
}

/** A launch that failed, in AWS's words; `undefined` for all other activities. */
export function activityEvent(activity: Activity): NewEvent | undefined {
  if (activity.status !== "Failed" || !activity.description.startsWith("Launching")) return undefined;
  return {
    kind: "launch-failed",
    time: new Date(activity.startedMs).toISOString(),
    message: `Auto Scaling group ${activity.group} cannot launch an instance: ${activity.message || activity.description}`,
  };
}

/**
 * Launches that have failed since `startedMs` and were not told yet. One that is still under way may fail at a later look.
 *
 * @param told ids of those that were; changed here
 */
export function newFailures(
  activities: readonly Activity[],
  startedMs: number,
  told: Set<string>,
): { activity: Activity; event: NewEvent }[] {
  return activities.flatMap((activity) => {
    const event = activityEvent(activity);
    if (event === undefined || activity.startedMs < startedMs || told.has(activity.id)) return [];
    told.add(activity.id);
    return [{ activity, event }];
  });
}
