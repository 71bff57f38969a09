import { describe, expect, test } from "@jest/globals";
import type { V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { podEvents } from "../../../rehearsal/watch/cluster-events.ts";
import { drainWaits } from "../../../rehearsal/watch/drain-waits.ts";

const nowMs = Date.UTC(2026, 10, 23, 10, 0, 0);
const pod = (name: string, metadata: V1Pod["metadata"] = {}, status: V1Pod["status"] = {}): V1Pod => ({
  metadata: { namespace: "shop", name, labels: { app: "web" }, ...metadata },
  spec: { nodeName: "i-1", containers: [] },
  status: { phase: "Running", ...status },
});
const budget = (name: string, disruptionsAllowed: number, namespace = "shop"): V1PodDisruptionBudget => ({
  metadata: { namespace, name },
  spec: { selector: { matchLabels: { app: "web" } } },
  status: { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
});
const waits = (pods: V1Pod[], budgets: V1PodDisruptionBudget[] = [], cordonedSecondsAgo = 40, timeoutSeconds = 900) =>
  drainWaits(
    { nodes: [{ metadata: { name: "i-1" } }], pods, budgets },
    new Map([["i-1", nowMs - cordonedSecondsAgo * 1000]]),
    nowMs,
    timeoutSeconds * 1000,
  );
const deleted = (graceSeconds: number, secondsAgo: number): V1Pod["metadata"] => ({
  deletionTimestamp: new Date(nowMs + (graceSeconds - secondsAgo) * 1000),
  deletionGracePeriodSeconds: graceSeconds,
});

describe("what a drain waits for", () => {
  test("a budget that allows nothing, by its name, with its pod and node", () => {
    expect(waits([pod("web-1")], [budget("web", 0), budget("web", 0, "other")])).toEqual([
      {
        node: "i-1",
        pod: "shop/web-1",
        why: "budget",
        message:
          "PodDisruptionBudget shop/web (1 healthy, 1 wanted, 0 disruptions allowed) refuses to evict pod shop/web-1 from node i-1",
      },
    ]);
  });

  test("two budgets on one pod, which Kubernetes never evicts", () => {
    expect(waits([pod("web-1")], [budget("a", 1), budget("b", 1)])).toMatchObject([
      { why: "budget", message: expect.stringContaining("covered by 2 PodDisruptionBudgets (shop/a, shop/b)") },
    ]);
  });

  test("a pod that does not stop: when its grace is over, or has gone on for long", () => {
    expect(waits([pod("web-1", deleted(10, 5))])).toEqual([]);
    expect(waits([pod("web-1", deleted(300, 60))])).toMatchObject([
      { why: "stopping", message: expect.stringContaining("told to stop 1m00s ago and still runs; it has 300s") },
    ]);
    expect(waits([pod("web-1", { ...deleted(10, 20), finalizers: ["example.com/hold"] })])).toMatchObject([
      { why: "stopping", message: expect.stringMatching(/10s of grace are over; its finalizers hold it: example/) },
    ]);
  });

  test("a pod that is stopping needs help only if its grace ends after the drain's time-out, or is over", () => {
    const sinceMs = nowMs - 60_000;
    expect(waits([pod("web-1", deleted(300, 60))], [], 60)).toMatchObject([{ stopping: { sinceMs, inTime: true } }]);
    expect(waits([pod("web-1", deleted(300, 60))], [], 60, 120)).toMatchObject([
      {
        stopping: { sinceMs, inTime: false },
        message: expect.stringMatching(/it has 300s of grace, which end after kops has given the drain up \(2m00s\)$/),
      },
    ]);
    expect(waits([pod("web-1", deleted(50, 60))], [], 60)).toMatchObject([{ stopping: { sinceMs, inTime: false } }]);
    // Where kops gives up soon, it is known soon.
    expect(waits([pod("web-1", deleted(120, 7))], [], 7, 40)).toEqual([]);
    expect(waits([pod("web-1", deleted(120, 8))], [], 8, 40)).toMatchObject([{ stopping: { inTime: false } }]);
  });

  test("a pod that is not evicted although no budget refuses it", () => {
    expect(waits([pod("web-1")], [budget("web", 1)])).toMatchObject([{ why: "pending" }]);
    expect(waits([pod("web-1")], [budget("web", 1)], 10)).toEqual([]);
  });

  test("not what a drain leaves alone, nor nodes that nobody drains", () => {
    const controlled = { apiVersion: "apps/v1", kind: "DaemonSet", name: "ds", uid: "u", controller: true };
    expect(waits([pod("ds-1", { ownerReferences: [controlled] })], [budget("web", 0)])).toEqual([]);
    expect(waits([pod("static", { annotations: { "kubernetes.io/config.mirror": "x" } })])).toEqual([]);
    expect(waits([pod("done", {}, { phase: "Succeeded" })])).toEqual([]);
    expect(
      drainWaits(
        { nodes: [{ metadata: { name: "i-1" } }], pods: [pod("web-1")], budgets: [] },
        new Map(),
        nowMs,
        900_000,
      ),
    ).toEqual([]);
  });
});

test("a pod that is told to stop is told once, with who said so", () => {
  const evicted = pod("web-1", deleted(45, 0), {
    conditions: [{ type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" }],
  });
  expect(podEvents(pod("web-1"), evicted)).toEqual([
    {
      kind: "pod-terminating",
      pod: "shop/web-1",
      node: "i-1",
      message: "pod shop/web-1 on node i-1 was evicted, has 45s to stop",
    },
  ]);
  expect(podEvents(evicted, evicted)).toEqual([]);
  expect(podEvents(evicted, undefined)).toEqual([]);
  expect(podEvents(undefined, pod("web-2"))).toEqual([]);
  expect(podEvents(pod("web-1"), undefined)).toMatchObject([{ message: "pod shop/web-1 on node i-1 was deleted" }]);
});
