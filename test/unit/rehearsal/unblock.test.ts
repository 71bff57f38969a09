import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { Cluster } from "../../../rehearsal/cluster.ts";
import type { StepContext } from "../../../rehearsal/steps/step.ts";
import { actionText, nextAction, remedies, type BlockedNode, type Taken } from "../../../rehearsal/unblock/remedies.ts";
import { unblocker } from "../../../rehearsal/unblock/unblocker.ts";
import { findBlocked } from "../../../rehearsal/watch/blocked.ts";
import { LaunchFailures } from "../../../rehearsal/watch/launch-failures.ts";
import { configOf } from "./config.fixture.ts";

const patienceMs = 10_000;
const drain: BlockedNode = { node: "i-1", why: "drain", pods: ["shop/web-1"], message: "a budget refuses", sinceMs: 0 };

describe("what is done when a roll does not go on", () => {
  test("is what the article does, in its order, with time between", () => {
    const taken: Taken[] = [];
    const did: string[] = [];
    for (let nowMs = 0; nowMs <= 120_000; nowMs += 1000) {
      const action = nextAction([drain], taken, nowMs, patienceMs);
      if (action === undefined) continue;
      taken.push({ ...action, atMs: nowMs });
      did.push(`${nowMs / 1000}s ${action.remedy} ${action.pods.join()}`.trim());
    }
    expect(did).toEqual(["10s delete-pod shop/web-1", "20s drain", "30s terminate"]);
  });

  test("fits what is in the way", () => {
    const system: BlockedNode = { ...drain, why: "system-pods", pods: ["kube-system/coredns-1"] };
    const missing: BlockedNode = { ...drain, why: "missing", pods: [] };
    expect(nextAction([system], [], 10_000, patienceMs)?.remedy).toBe("delete-system-pods");
    expect(
      nextAction([system], [{ node: "i-1", remedy: "delete-system-pods", atMs: 10_000 }], 99_000, patienceMs),
    ).toBeUndefined();
    expect(nextAction([missing], [], 10_000, patienceMs)?.remedy).toBe("terminate");
    expect(nextAction([drain], [], 9_999, patienceMs)).toBeUndefined();
  });

  test("is never done twice to a node, never milder than before, never without need or before its time", () => {
    const node = fc.constantFrom("i-1", "i-2", "i-3");
    const blocked = fc.record({
      node,
      why: fc.constantFrom("drain" as const, "system-pods" as const, "missing" as const),
      pods: fc.array(fc.constantFrom("a/b", "c/d"), { maxLength: 2 }),
      message: fc.constant("x"),
      sinceMs: fc.nat(60_000),
    });
    fc.assert(
      fc.property(fc.array(fc.array(blocked, { maxLength: 4 }), { maxLength: 60 }), (looks) => {
        const taken: Taken[] = [];
        looks.forEach((now, i) => {
          const nowMs = i * 3000;
          const action = nextAction(now, taken, nowMs, patienceMs);
          if (action === undefined) return;
          const of = now.filter((one) => one.node === action.node);
          expect(of.length).toBeGreaterThan(0);
          const before = taken.filter((one) => one.node === action.node);
          expect(before.map(({ remedy }) => remedy)).not.toContain(action.remedy);
          for (const { remedy, atMs } of before) {
            expect(remedies.indexOf(remedy)).toBeLessThan(remedies.indexOf(action.remedy));
            expect(nowMs - atMs).toBeGreaterThanOrEqual(patienceMs);
          }
          expect(of.some(({ sinceMs }) => nowMs - sinceMs >= patienceMs)).toBe(true);
          if (action.remedy.startsWith("delete")) expect(action.pods.length).toBeGreaterThan(0);
          if (of.every(({ why }) => why === "missing")) expect(action.remedy).toBe("terminate");
          taken.push({ ...action, atMs: nowMs });
        });
      }),
      { numRuns: 500 },
    );
  });

  test("is told in words", () => {
    const action = nextAction([drain], [], 10_000, patienceMs)!;
    expect(actionText(action)).toBe("deleted pod shop/web-1 on node i-1, because a budget refuses");
  });

  test("is refused on production, whatever the settings call it", () => {
    const context = {
      config: configOf({ production: { clusterName: configOf().clusterName, networkCidrs: [] } }),
    } as unknown as StepContext;
    expect(() => unblocker(context, {} as Cluster, () => [drain])).toThrow(/Refused to unblock the roll of/);
  });

  test("drains as the article says, in today's flags", () => {
    // The runbook tells people the same command.
    const source = readFileSync(new URL("../../../report/runbook/troubleshooting.ts", import.meta.url), "utf8");
    for (const flag of ["--ignore-daemonsets", "--delete-emptydir-data", "--force"]) {
      expect(source).toContain(flag);
      expect(actionText({ remedy: "drain", node: "i-1", pods: [], because: "x" })).toContain(flag);
    }
  });
});

describe("what holds up a roll", () => {
  const nowMs = Date.UTC(2026, 10, 23, 10, 0, 0);
  const ready = { conditions: [{ type: "Ready", status: "True" }] };
  const node = { metadata: { name: "i-1" }, spec: { providerID: "aws:///us-east-1a/i-1" }, status: ready };
  const system = (name: string, metadata = {}, status: object = {}) => ({
    metadata: { namespace: "kube-system", name, ...metadata },
    spec: { nodeName: "i-1", containers: [] },
    status: { phase: "Running", ...status },
  });
  const instance = (id: string, minutes: number) => ({
    id,
    state: "running",
    launchedMs: nowMs - minutes * 60_000,
    group: "nodes",
    zone: undefined,
    type: undefined,
    reason: "",
  });

  test("waits of drains, failing pods of kube-system, and instances that never join, since they were seen first", () => {
    const wait = (pod: string) => ({ node: "i-1", pod, why: "budget" as const, message: `${pod} stays` });
    const cluster = {
      waits: [wait("a/b"), wait("a/c")],
      nodes: [node],
      pods: [
        system("coredns-1"),
        system("well", {}, ready),
        system("static", { annotations: { "kubernetes.io/config.mirror": "x" } }),
      ],
    };
    const since = new Map<string, number>();
    const look = (ms: number) =>
      findBlocked(cluster, [instance("i-1", 60), instance("i-2", 6), instance("i-3", 4)], since, ms);
    look(nowMs);
    expect(look(nowMs + 5000).map(({ why, node: name, pods, sinceMs }) => [why, name, pods, sinceMs - nowMs])).toEqual([
      ["drain", "i-1", ["a/b", "a/c"], 0],
      ["system-pods", "i-1", ["kube-system/coredns-1"], 0],
      ["missing", "i-2", [], 0],
    ]);
    expect(findBlocked({ waits: [], nodes: [node], pods: [] }, [], since, nowMs + 6000)).toEqual([]);
    expect([...since]).toEqual([]);
  });
});

describe("launches that fail", () => {
  const reason =
    "We currently do not have sufficient m5.large capacity in the Availability Zone you requested (us-east-1a).";

  test("for want of capacity end the wait after a minute, with AWS's reason and the group", () => {
    const failures = new LaunchFailures();
    failures.failed("nodes.mirror", reason, 0);
    failures.failed("nodes.mirror", reason, 30_000);
    expect(failures.verdict("mirror", 59_000)).toBeUndefined();
    expect(failures.verdict("mirror", 60_000)?.message).toMatch(
      /group nodes\.mirror of mirror \(for 1m00s\): We currently/,
    );
    failures.whole("nodes.mirror");
    expect(failures.verdict("mirror", 200_000)).toBeUndefined();
  });

  test.each([
    ["You have requested more vCPU capacity than your current vCPU limit of 32 allows", true],
    ["InsufficientInstanceCapacity", true],
    ["Could not launch On-Demand Instances. VcpuLimitExceeded - x", true],
    ["The image id '[ami-1]' does not exist", false],
    ["You are not authorized to use launch template: lt-1", false],
  ])("%s: capacity is %s", (message, expected) => {
    const failures = new LaunchFailures();
    failures.failed("g", message, 0);
    expect(failures.verdict("mirror", 120_000) !== undefined).toBe(expected);
  });
});
