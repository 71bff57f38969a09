import { RehearsalError } from "../errors.ts";
import { shortDuration } from "../event-log.ts";

/** AWS has no room now; a minute more may still find some, with less than two a person is told in time. */
const patienceMs = 60_000;

/** How EC2 and Auto Scaling word it that there is no capacity, or that the account may have no more of it. */
const capacity =
  /insufficient\s*(?:instance|host)?\s*capacity|do not have sufficient|capacity-not-available|vcpu\s*(?:capacity|limit)|InstanceLimitExceeded|MaxSpotInstanceCountExceeded/i;

/** Instances could not be had: that says nothing about the upgrade. */
export class NoCapacity extends RehearsalError {}

/** Remembers which Auto Scaling groups cannot launch, and says when there is no use in waiting for it. */
export class LaunchFailures {
  readonly #groups = new Map<string, { sinceMs: number; message: string }>();

  constructor(
    /** What to do about it. */
    private readonly next = "another instance type, another zone, a higher quota or another time, with a new mirror: `pulumi destroy`, then `pulumi up`",
  ) {}

  /** A launch failed. */
  failed(group: string, message: string, nowMs: number): void {
    if (!capacity.test(message)) return;
    this.#groups.set(group, { sinceMs: this.#groups.get(group)?.sinceMs ?? nowMs, message });
  }

  /** The group has all the instances that it wants. */
  whole(group: string): void {
    this.#groups.delete(group);
  }

  /** Why to give up; undefined while there is hope. */
  verdict(clusterName: string, nowMs: number): NoCapacity | undefined {
    for (const [group, { sinceMs, message }] of this.#groups) {
      if (nowMs - sinceMs < patienceMs) continue;
      return new NoCapacity(
        `AWS has no instance for Auto Scaling group ${group} of ${clusterName} (for ${shortDuration(nowMs - sinceMs)}): ${message}`,
        { next: this.next },
      );
    }
    return undefined;
  }
}
