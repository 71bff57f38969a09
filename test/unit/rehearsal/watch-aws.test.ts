import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { NewEvent } from "../../../rehearsal/event-log.ts";
import {
  activityEvent,
  instanceEvents,
  newFailures,
  type InstanceSight,
} from "../../../rehearsal/watch/instance-events.ts";
import { pauseMs, Poller } from "../../../rehearsal/watch/poller.ts";
import { awsBalancerHost, byTarget, targetEvents, type TargetSight } from "../../../rehearsal/watch/target-events.ts";

const nowMs = Date.UTC(2026, 10, 23, 10, 0, 0);
const instance = (state: string, rest: Partial<InstanceSight> = {}): InstanceSight => ({
  id: "i-0ab",
  state,
  launchedMs: nowMs - 7000,
  joins: true,
  group: "nodes.mirror",
  zone: "us-east-1a",
  type: "m5.large",
  reason: "",
  ...rest,
});

describe("instances", () => {
  test("a launch is dated by EC2, never into the future", () => {
    expect(instanceEvents(undefined, instance("pending"), nowMs)).toEqual([
      {
        kind: "instance-launched",
        instance: "i-0ab",
        time: "2026-11-23T09:59:53.000Z",
        message: "instance i-0ab (nodes.mirror, us-east-1a, m5.large) was launched",
      },
    ]);
    const ahead = instance("running", { launchedMs: nowMs + 60_000 });
    expect(instanceEvents(undefined, ahead, nowMs)[0]?.time).toBe("2026-11-23T10:00:00.000Z");
  });

  test("an end is told once, with its reason; one that was never seen alive is no news", () => {
    const ending = instance("shutting-down", { reason: "Server.SpotInstanceTermination" });
    expect(instanceEvents(instance("running"), ending, nowMs)).toMatchObject([
      { kind: "instance-terminated", message: expect.stringMatching(/is shutting down: Server\.SpotInstance/) },
    ]);
    expect(instanceEvents(ending, instance("terminated"), nowMs)).toEqual([]);
    expect(instanceEvents(undefined, instance("terminated"), nowMs)).toEqual([]);
    expect(instanceEvents(instance("pending"), instance("running"), nowMs)).toEqual([]);
  });

  test("only a failed launch is told of the scaling activities, in AWS's words", () => {
    const activity = {
      id: "a",
      group: "nodes.mirror",
      status: "Failed",
      startedMs: nowMs,
      description: "Launching a new EC2 instance",
      message: "We currently do not have sufficient m5.large capacity",
    };
    expect(activityEvent(activity)).toEqual({
      kind: "launch-failed",
      time: "2026-11-23T10:00:00.000Z",
      message:
        "Auto Scaling group nodes.mirror cannot launch an instance: We currently do not have sufficient m5.large capacity",
    });
    expect(activityEvent({ ...activity, status: "Successful" })).toBeUndefined();
    expect(activityEvent({ ...activity, description: "Terminating EC2 instance: i-1" })).toBeUndefined();

    // AWS shows a launch before it fails.
    const told = new Set<string>();
    const look = (status: string): string[] =>
      newFailures([{ ...activity, status }], activity.startedMs, told).map(({ event }) => event.kind);
    expect([look("InProgress"), look("Failed"), look("Failed")]).toEqual([[], ["launch-failed"], []]);
    expect(newFailures([activity], activity.startedMs + 1, new Set())).toEqual([]);
  });
});

describe("targets of a load balancer", () => {
  const sights = (...given: [string, string][]): Map<string, TargetSight> =>
    byTarget(given.map(([id, state]) => ({ id, state, reason: "" })));

  test("come and go by whether they get new requests", () => {
    const told = (before: Map<string, TargetSight>, after: Map<string, TargetSight>): string[] =>
      targetEvents("lb", before, after).map(({ kind, instance: id }) => `${kind} ${id}`);
    expect(told(sights(), sights(["i-1", "initial"]))).toEqual([]);
    expect(told(sights(["i-1", "initial"]), sights(["i-1", "healthy"]))).toEqual(["target-added i-1"]);
    expect(told(sights(["i-1", "healthy"]), sights(["i-1", "draining"]))).toEqual(["target-removed i-1"]);
    expect(told(sights(["i-1", "draining"]), sights())).toEqual([]);
    expect(told(sights(["i-1", "InService"]), sights())).toEqual(["target-removed i-1"]);
  });

  test("that are addresses are put down to the pod there", () => {
    const [event] = targetEvents("lb", sights(["10.0.0.7", "healthy"]), sights(), () => ({
      pod: "default/web-1",
      node: "i-9",
    }));
    expect(event).toEqual({
      kind: "target-removed",
      instance: undefined,
      pod: "default/web-1",
      node: "i-9",
      message: "target 10.0.0.7 (pod default/web-1) gets no new requests from load balancer lb (deregistered)",
    });
  });

  test("serve only when they serve every port", () => {
    expect(sights(["i-1", "healthy"], ["i-1", "unhealthy"]).get("i-1")?.state).toBe("unhealthy");
    expect(sights(["i-1", "unhealthy"], ["i-1", "healthy"]).get("i-1")?.state).toBe("unhealthy");
  });

  test.each([
    ["http://a1-2.elb.us-east-1.amazonaws.com/hostname", "a1-2.elb.us-east-1.amazonaws.com"],
    ["http://a1-2.us-east-1.elb.amazonaws.com:8080/", "a1-2.us-east-1.elb.amazonaws.com"],
    ["http://127.97.0.1/hostname", undefined],
    ["https://www.example.com/", undefined],
    ["http://elb.amazonaws.com.example.com/", undefined],
    ["", undefined],
  ])("%s is at %s", (url, host) => expect(awsBalancerHost(url)).toBe(host));
});

describe("a poller", () => {
  test("backs off up to a minute and never asks more often than it was told to", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 120_000 }),
        fc.nat(1000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (everyMs, failures, random) => {
          const pause = pauseMs(everyMs, failures, random);
          expect(pause).toBeGreaterThanOrEqual(0.9 * everyMs);
          expect(pause).toBeLessThanOrEqual(1.1 * Math.max(60_000, everyMs));
          expect(pauseMs(everyMs, failures + 1, 0.5)).toBeGreaterThanOrEqual(pauseMs(everyMs, failures, 0.5));
        },
      ),
    );
  });

  test("tells a failure once, goes on, and tells when it sees again; a log that cannot be written ends nothing", async () => {
    const told: NewEvent[] = [];
    const looked = { times: 0 };
    const enough = new Promise<void>((resolve) => {
      const poller = new Poller(
        {
          what: "the instances",
          everyMs: 1,
          look: () => {
            looked.times += 1;
            if (looked.times === 5) void poller.stop().then(resolve);
            return looked.times <= 2 ? Promise.reject(new Error("Rate exceeded")) : Promise.resolve();
          },
        },
        (event) => {
          told.push(event);
          throw new Error("disk full");
        },
      );
      poller.start();
    });
    await enough;
    expect(looked.times).toBe(5);
    expect(told.map(({ kind }) => kind)).toEqual(["warning", "note"]);
    expect(told[0]?.message).toMatch(/the instances cannot be seen \(Rate exceeded\)/);
  });

  test("it looks during the work only, and waits for the look that is under way", async () => {
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      seen.push("look");
      await delay(20);
      seen.push("looked");
    };
    const poller = new Poller({ what: "x", everyMs: 1, look }, () => undefined);
    await delay(5);
    expect(seen).toEqual([]);
    await expect(
      poller.during(async () => {
        while (seen.at(-1) !== "look") await delay(1);
        throw new Error("kops ended");
      }),
    ).rejects.toThrow("kops ended");
    expect(seen.at(-1)).toBe("looked");
    const looks = seen.length;
    await delay(40);
    expect(seen).toHaveLength(looks);
  });
});
