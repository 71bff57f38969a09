import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1PodDisruptionBudget } from "@kubernetes/client-node";
import { Cluster } from "../../../rehearsal/cluster.ts";
import type { StepContext } from "../../../rehearsal/steps/step.ts";
import {
  actionText,
  nextAction,
  patienceOf,
  remedies,
  type BlockedNode,
  type Taken,
} from "../../../rehearsal/unblock/remedies.ts";
import { deletePods } from "../../../rehearsal/unblock/delete-pods.ts";
import { TakenFile } from "../../../rehearsal/unblock/taken-file.ts";
import { unblocker } from "../../../rehearsal/unblock/unblocker.ts";
import { findBlocked } from "../../../rehearsal/watch/blocked.ts";
import { LaunchFailures } from "../../../rehearsal/watch/launch-failures.ts";
import { configOf } from "./config.fixture.ts";
import { unblocking } from "./unblock.fixture.ts";

const patienceMs = 10_000;
const patience = { drain: patienceMs, "system-pods": patienceMs, missing: patienceMs };
const drain: BlockedNode = { node: "i-1", why: "drain", pods: ["shop/web-1"], message: "a budget refuses", sinceMs: 0 };

describe("what is done when a roll does not go on", () => {
  test("is what the article does, in its order, with time between", () => {
    const taken: Taken[] = [];
    const did: string[] = [];
    for (let nowMs = 0; nowMs <= 120_000; nowMs += 1000) {
      const action = nextAction([drain], taken, nowMs, patience);
      if (action === undefined) continue;
      taken.push({ ...action, atMs: nowMs });
      did.push(`${nowMs / 1000}s ${action.remedy} ${action.pods.join()}`.trim());
    }
    expect(did).toEqual(["10s delete-pod shop/web-1", "20s drain", "30s terminate"]);
  });

  test("fits what is in the way", () => {
    const system: BlockedNode = { ...drain, why: "system-pods", pods: ["kube-system/coredns-1"] };
    const missing: BlockedNode = { ...drain, why: "missing", pods: [] };
    expect(nextAction([system], [], 10_000, patience)?.remedy).toBe("delete-system-pods");
    expect(
      nextAction([system], [{ node: "i-1", remedy: "delete-system-pods", atMs: 10_000 }], 99_000, patience),
    ).toBeUndefined();
    expect(nextAction([missing], [], 10_000, patience)?.remedy).toBe("terminate");
    expect(nextAction([drain], [], 9_999, patience)).toBeUndefined();
  });

  test("against one thing neither replaces nor puts off what helps against another on the same node", () => {
    const system: BlockedNode = { ...drain, why: "system-pods", pods: ["kube-system/coredns-1"], sinceMs: 5000 };
    const taken: Taken[] = [];
    const did: string[] = [];
    for (let nowMs = 0; nowMs <= 120_000; nowMs += 1000) {
      // What fails is there before the node is drained, and goes on.
      const blocked = nowMs < 17_000 ? [system] : [system, { ...drain, sinceMs: 17_000 }];
      const action = nextAction(blocked, taken, nowMs, patience);
      if (action === undefined) continue;
      taken.push({ ...action, atMs: nowMs });
      did.push(`${nowMs / 1000}s ${action.remedy}`);
    }
    expect(did).toEqual(["15s delete-system-pods", "27s delete-pod", "37s drain", "47s terminate"]);
  });

  test("is all tried before kops gives up a drain, and waits a minute at most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 40_000, max: 3_600_000 }), (timeoutMs) => {
        const own = patienceOf({ drain: timeoutMs, validation: 300_000 });
        // Seen to hold after 5 s; looked at every 2 s; a remedy may take as long as the wait for the next.
        const taken: Taken[] = [];
        for (let nowMs = 0; nowMs < timeoutMs; nowMs += 2000) {
          const action = nextAction([{ ...drain, sinceMs: 6000 }], taken, nowMs, own);
          if (action !== undefined) taken.push({ ...action, atMs: nowMs });
        }
        expect(taken.map(({ remedy }) => remedy)).toEqual(["delete-pod", "drain", "terminate"]);
        expect(own).toEqual({ drain: Math.min(60_000, timeoutMs / 5), "system-pods": 60_000, missing: 60_000 });
      }),
    );
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
          const action = nextAction(now, taken, nowMs, patience);
          if (action === undefined) return;
          const of = now.filter((one) => one.node === action.node);
          expect(of.length).toBeGreaterThan(0);
          const before = taken.filter((one) => one.node === action.node);
          expect(before.map(({ remedy }) => remedy)).not.toContain(action.remedy);
          expect(before.map(({ remedy }) => remedy)).not.toContain("terminate");
          if (action.remedy === "drain" || action.remedy === "terminate")
            for (const { remedy, atMs } of before.filter(({ remedy }) => remedy !== "delete-system-pods")) {
              expect(remedies.indexOf(remedy)).toBeLessThan(remedies.indexOf(action.remedy));
              if (of.every(({ why }) => why === "drain")) expect(nowMs - atMs).toBeGreaterThanOrEqual(patienceMs);
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
    const action = nextAction([drain], [], 10_000, patience)!;
    expect(actionText(action)).toBe("deleted pod shop/web-1 on node i-1, because a budget refuses");
    const refusal = "PodDisruptionBudget shop/web refuses to evict pod shop/web-1 from node i-1";
    expect(actionText({ ...action, because: refusal })).toBe(
      "deleted pod shop/web-1 on node i-1, because PodDisruptionBudget shop/web refuses to evict it",
    );
    expect(actionText(action, "no answer within 10 s")).toMatch(/because a budget refuses; that failed: no answer/);
  });

  test("is refused on production, whatever the settings call it", () => {
    const context = {
      config: configOf({ production: { clusterName: configOf().clusterName, networkCidrs: [] } }),
    } as unknown as StepContext;
    expect(() => unblocker(context, {} as Cluster, () => [drain])).toThrow(/Refused to unblock the roll of/);
  });

  test("happens once per node, also for whoever goes on after a kill", async () => {
    const dir = await mkdtemp(join(tmpdir(), "unblock-"));
    try {
      const deleted: string[] = [];
      const told: string[] = [];
      const context = unblocking(dir, told);
      const cluster = {
        deletePod: (pod: string) => Promise.resolve(void deleted.push(pod)),
        nodesNow: () => Promise.resolve([]),
      } as unknown as Cluster;
      const failing: BlockedNode = { ...drain, why: "system-pods", pods: ["kube-system/coredns-1"] };
      const never = new AbortController().signal;
      await unblocker(context, cluster, () => [failing]).look(never);
      const after = unblocker(context, cluster, () => [failing, { ...failing, node: "i-2", pods: ["kube-system/x"] }]);
      for (let look = 0; look < 3; look++) await after.look(never);
      expect(deleted).toEqual(["kube-system/coredns-1", "kube-system/x"]);
      expect(told).toHaveLength(2);
      // Killed in the middle of writing what it was about to do: it has not done it.
      await appendFile(join(dir, "unblocked.ndjson"), '{"node":"i-3","rem');
      expect((await TakenFile.open(join(dir, "unblocked.ndjson"))).taken.map(({ node }) => node)).toEqual([
        "i-1",
        "i-2",
      ]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  test("waits while the API server does not answer, and for an instance that has become a node meanwhile", async () => {
    const dir = await mkdtemp(join(tmpdir(), "unblock-"));
    try {
      const told: string[] = [];
      const context = unblocking(dir, told);
      const joined = {
        metadata: { name: "i-1" },
        spec: { providerID: "aws:///us-east-1a/i-1" },
        status: { conditions: [{ type: "Ready", status: "True" }] },
      };
      const nodes = [Promise.reject(new Error("refused")), Promise.resolve([joined])];
      nodes[0]!.catch(() => undefined);
      const cluster = { nodesNow: () => nodes.shift() ?? Promise.resolve([joined]) } as unknown as Cluster;
      const missing: BlockedNode = { ...drain, why: "missing", pods: [] };
      const help = unblocker(context, cluster, () => [missing]);
      for (let look = 0; look < 3; look++) await help.look(new AbortController().signal);
      expect(told).toEqual([]);
      expect((await TakenFile.open(join(dir, "unblocked.ndjson"))).taken).toEqual([]);
    } finally {
      await rm(dir, { recursive: true });
    }
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

describe("pods that are deleted past their budget", () => {
  const budget = (currentHealthy: number, desiredHealthy: number) => ({ status: { currentHealthy, desiredHealthy } });

  test("go one after the other, the next when the budgets of the namespace have what they ask for", async () => {
    const calls: string[] = [];
    const healthy = [2, 2, 3];
    await deletePods(["shop/a", "shop/b"], 30_000, {
      deletePod: (pod) => Promise.resolve(void calls.push(`delete ${pod}`)),
      budgets: (namespace) => {
        const current = healthy.shift() ?? 0;
        calls.push(`${current} in ${namespace}`);
        return Promise.resolve([budget(1, 1), budget(current, 3)] as V1PodDisruptionBudget[]);
      },
    });
    expect(calls).toEqual(["delete shop/a", "2 in shop", "2 in shop", "3 in shop", "delete shop/b"]);
  });

  test("all go when there is no time to wait", async () => {
    const deleted: string[] = [];
    await deletePods(["shop/a", "shop/b", "shop/c"], 0, {
      deletePod: (pod) => Promise.resolve(void deleted.push(pod)),
      budgets: () => Promise.reject(new Error("not asked")),
    });
    expect(deleted).toEqual(["shop/a", "shop/b", "shop/c"]);
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
  const instance = (id: string, minutes: number, joins = true) => ({
    id,
    joins,
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
      findBlocked(
        cluster,
        // The last is a bastion, which never becomes a node.
        [instance("i-1", 60), instance("i-2", 6), instance("i-3", 4), instance("i-4", 60, false)],
        since,
        ms,
      );
    look(nowMs);
    expect(look(nowMs + 5000).map(({ why, node: name, pods, sinceMs }) => [why, name, pods, sinceMs - nowMs])).toEqual([
      ["drain", "i-1", ["a/b", "a/c"], 0],
      ["system-pods", "i-1", ["kube-system/coredns-1"], 0],
      ["missing", "i-2", [], 0],
    ]);
    expect(look(nowMs)[0]?.message).toBe("a/b stays; so it is with 1 more");
    expect(findBlocked({ waits: [], nodes: [node], pods: [] }, [], since, nowMs + 6000)).toEqual([]);
    expect([...since]).toEqual([]);
  });
});

test("a pod of kube-system that is only just starting holds up nothing, unless something is wrong with it", () => {
  const nowMs = Date.UTC(2026, 10, 23, 10, 0, 0);
  const failing = (secondsOld: number, container: object = {}): string[] =>
    findBlocked(
      {
        waits: [],
        nodes: [],
        pods: [
          {
            metadata: {
              namespace: "kube-system",
              name: "csi-1",
              creationTimestamp: new Date(nowMs - secondsOld * 1000),
            },
            spec: { nodeName: "i-1", containers: [] },
            status: {
              phase: "Pending",
              containerStatuses: [
                { name: "csi", image: "x", imageID: "", ready: false, restartCount: 0, ...container },
              ],
            },
          },
        ],
      },
      [],
      new Map(),
      nowMs,
    ).flatMap(({ pods }) => pods);
  const waiting = (reason: string) => ({ state: { waiting: { reason } } });
  expect(failing(90, waiting("ContainerCreating"))).toEqual([]);
  expect(failing(90, waiting("ImagePullBackOff"))).toEqual(["kube-system/csi-1"]);
  expect(failing(90, waiting("ErrImagePull"))).toEqual(["kube-system/csi-1"]);
  expect(failing(90, { restartCount: 1 })).toEqual(["kube-system/csi-1"]);
  expect(failing(301, waiting("ContainerCreating"))).toEqual(["kube-system/csi-1"]);
});

describe("pods that are stopping", () => {
  const nowMs = Date.UTC(2026, 10, 23, 10, 0, 0);
  const look = (...waits: (readonly [pod: string, secondsAgo: number, inTime: boolean] | readonly [pod: string])[]) =>
    findBlocked(
      {
        waits: waits.map(([pod, secondsAgo, inTime]) => ({
          ...{ node: "i-1", pod, why: "stopping" as const, message: `${pod} stays` },
          ...(inTime === undefined ? {} : { stopping: { sinceMs: nowMs - (secondsAgo ?? 0) * 1000, inTime } }),
        })),
        nodes: [],
        pods: [],
      },
      [],
      new Map(),
      nowMs,
    );

  test("hold up a drain since they were told to, unless they are gone in time by themselves", () => {
    expect(look(["a/b", 20, true])).toEqual([]);
    expect(look(["a/b", 20, true], ["a/c", 9, false], ["a/d", 12, false])).toMatchObject([
      { why: "drain", message: "a/c stays; so it is with 1 more", sinceMs: nowMs - 12_000 },
    ]);
  });

  test("are not deleted once more", () => {
    expect(look(["a/c", 9, false])).toMatchObject([{ pods: [] }]);
    expect(nextAction(look(["a/c", 10, false]), [], nowMs, patience)?.remedy).toBe("drain");
    expect(nextAction(look(["a/c", 10, false], ["a/d"]), [], nowMs, patience)).toMatchObject({
      remedy: "delete-pod",
      pods: ["a/d"],
    });
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
