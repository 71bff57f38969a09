import { describe, expect, test } from "@jest/globals";
import { judge } from "../../../analysis/judge.ts";
import { verdictSchema } from "../../../analysis/verdict-schema.ts";
import { input, run, samples, upgradeStartMs, upgradeWith } from "./synthetic.ts";

const both = ["fresh", "kept"] as const;

describe("a sound roll", () => {
  const verdict = judge(input());

  test("is SAFE and says why", () => {
    expect(verdict.reasons).toEqual([
      "None of 23,000 requests failed during the upgrade; any interruption of 30 ms or more would have been seen, of 100 ms where requests only wait",
      "All 4 nodes run 1.35.0, and kops proposes no further change",
      "2 of 2 checks passed",
    ]);
    expect(verdict.verdict).toBe("SAFE");
    expect(verdict.outages).toEqual([]);
  });

  test("is measured without its warm-up and its canary", () => {
    expect(verdict.baseline.requests).toBe(55 * 200);
    expect(verdict.upgrade.requests).toBe(115 * 200);
    expect(verdict.canary.upgrade).toMatchObject({ requests: 1150, bad: 0, excludedWindows: 0 });
    expect(verdict.upgrade.requestsPerSecond).toBeCloseTo(200, 0);
  });

  test("fits the schema of verdict.json", () => {
    expect(verdictSchema.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
  });

  test("has a schedule from nodes x interval and from what was measured", () => {
    expect(verdict.schedule).toMatchObject({ nodes: 50, minutes: 6.7, low: 20.8, high: 21.7 });
  });
});

test("a mirror without what the upgrade changes of production is INCONCLUSIVE, and SAFE once that is waived", () => {
  const counts = { fields: 100, mirrored: 98, scaled: 1, replaced: 0, unknown: 0 };
  const unwaived = [{ object: "Cluster", field: "spec.assets.x", why: "no access", changedBy: "images (docs)" }];
  const sound = input();
  const judged = (fidelity: object): ReturnType<typeof judge> =>
    judge({ ...sound, config: { ...sound.config, fidelity: fidelity as never } });
  const before = judged({ ...counts, waived: 0, notMirrored: 1, unwaived });
  expect(before.verdict).toBe("INCONCLUSIVE");
  expect(before.reasons).toEqual([expect.stringContaining("Production's Cluster spec.assets is not in the mirror")]);
  expect(before.fidelity?.notMirrored).toBe(1);
  expect(judged({ ...counts, waived: 1, notMirrored: 0, unwaived: [] }).verdict).toBe("SAFE");
  // What no upgrade changes does not stand in the way.
  const untouched = unwaived.map((field) => ({ ...field, changedBy: null }));
  expect(judged({ ...counts, waived: 0, notMirrored: 1, unwaived: untouched }).verdict).toBe("SAFE");
});

describe("what makes a verdict UNSAFE", () => {
  test("an interruption over budget, put down to the node that was drained", () => {
    const fault = { atMs: 36_500, forMs: 1840, habits: both, outcome: "refused" as const };
    const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.outages).toHaveLength(2);
    for (const outage of verdict.outages) {
      expect(Math.abs(outage.durationMs - 1840)).toBeLessThanOrEqual(20);
      expect(outage).toMatchObject({ kind: "total", node: "i-0a1b", phase: "nodes", outcome: "refused" });
      expect(outage.failedRequests).toBe(184);
    }
    expect(verdict.reasons[0]).toBe(
      "2 interruptions, the longest of 1.84 s over fresh connections, while node i-0a1b was being drained (evicted from it: default/web-1) (budget 1 s)",
    );
  });

  test("a stall without any error", () => {
    const fault = { atMs: 60_000, forMs: 3000, habits: both, addMs: "end" as const };
    const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.upgrade.failed).toBe(0);
    expect(verdict.outages[0]).toMatchObject({ outcome: "stall", failedRequests: 0 });
    expect(Math.abs(verdict.outages[0]!.durationMs - 3000)).toBeLessThanOrEqual(40);
  });

  test("one target of three failing", () => {
    const fault = { atMs: 60_000, forMs: 3000, habits: ["kept"] as const, share: 1 / 3, outcome: "reset" as const };
    const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.outages).toHaveLength(1);
    expect(verdict.outages[0]).toMatchObject({ kind: "partial", habit: "kept", outcome: "reset" });
    expect(Math.abs(verdict.outages[0]!.durationMs - 3000)).toBeLessThanOrEqual(150);
  });

  test("the share of failed requests", () => {
    const fault = { atMs: 20_000, forMs: 90_000, habits: both, share: 0.01, outcome: "http-5xx" as const };
    const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.reasons.join()).toMatch(/0\.\d+ % of requests failed .* \(budget 0\.1 %\)/);
  });

  test("p99 over budget", () => {
    const fault = { atMs: 0, forMs: 120_000, habits: both, share: 0.03, addMs: 90 };
    const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.reasons[0]).toMatch(/^p99 rose by \d+(\.\d)? ms from/);
  });

  test("a roll that a PodDisruptionBudget halts, named with pod and node", () => {
    const time = new Date(upgradeStartMs + 40_000).toISOString();
    const events = input().events.filter((event) => Date.parse(event.time) < upgradeStartMs + 36_500);
    const refused = {
      time,
      phase: "nodes" as const,
      kind: "eviction-refused" as const,
      node: "i-0a1b",
      pod: "default/web-9",
      message: "PodDisruptionBudget web allows no disruption",
    };
    const verdict = judge(
      input({
        events: [...events, refused],
        roll: { ok: false, error: "drain of i-0a1b timed out after 2m" },
        landed: {
          landed: false,
          nodes: [{ name: "i-0a1b", kubeletVersion: "v1.34.3" }],
          pendingChanges: ["nodes-us-east-1a"],
        },
      }),
    );
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.reasons.slice(0, 3)).toEqual([
      "The eviction of pod default/web-9 on node i-0a1b was refused: PodDisruptionBudget web allows no disruption",
      "The roll did not finish: drain of i-0a1b timed out after 2m",
      "The upgrade did not land: 1 of 1 node not on 1.35.0 (i-0a1b: v1.34.3); kops would still change nodes-us-east-1a",
    ]);
  });

  test("a node that never joins, named", () => {
    const events = input().events.filter((event) => Date.parse(event.time) < upgradeStartMs + 43_000);
    const verdict = judge(input({ events, roll: { ok: false, error: "validation timed out after 5m" } }));
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.reasons[0]).toBe(
      "Instance i-0a1b-new was launched and never became a ready node (launched i-0a1b-new)",
    );
  });

  test("a roll that went on only because the rehearsal helped", () => {
    const time = new Date(upgradeStartMs + 40_000).toISOString();
    const helped = { time, phase: "nodes" as const, kind: "unblocked" as const, message: "deleted pod a/b" };
    const verdict = judge(input({ events: [...input().events, helped] }));
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.reasons[0]).toBe("The roll did not go on by itself: the rehearsal deleted pod a/b");
  });

  test("a failed check, even when the load was lost", () => {
    const verdict = judge(
      input({
        checklist: [{ name: "kube-dns", ok: false, detail: "0 of 2 ready" }],
        upgrade: run({ seed: 2, seconds: 10, startMs: upgradeStartMs }, { complete: false, exitClass: "failed" }),
      }),
    );
    expect(verdict.verdict).toBe("UNSAFE");
    expect(verdict.reasons[0]).toBe("Checklist: kube-dns: 0 of 2 ready");
    expect(verdict.reasons.join()).toContain("the load generator failed during the upgrade".slice(4));
  });
});

describe("what makes a verdict INCONCLUSIVE", () => {
  test.each([
    ["dropped iterations", upgradeWith([], { droppedIterations: 3 }), /3 requests of the upgrade were never sent/],
    ["a lost load generator", upgradeWith([], { exitClass: "failed" }), /load generator failed during the upgrade$/],
    [
      "a load generator that was killed",
      upgradeWith([], { exitClass: "failed", complete: false, problem: "k6 ended early (by a signal)" }),
      /load generator failed during the upgrade \(k6 ended early \(by a signal\)\)/,
    ],
    [
      "a disk that is full",
      upgradeWith([], { complete: false, problem: "requests could not be kept: no space left on device" }),
      /samples of the upgrade are cut off \(requests could not be kept: no space left on device\): what is missing/,
    ],
    ["cut-off samples", upgradeWith([], { complete: false }), /samples of the upgrade are cut off/],
    [
      "missing samples",
      upgradeWith([], { samples: samples({ seed: 2, seconds: 100, startMs: upgradeStartMs }) }),
      /only 19,000 of the 23,000 requests/i,
    ],
    [
      "no canary",
      upgradeWith([], {
        samples: samples({ seed: 2, seconds: 120, startMs: upgradeStartMs, canaryRate: 0 }),
      }),
      /has no canary/,
    ],
    [
      "a failing canary",
      upgradeWith([{ atMs: 20_000, forMs: 20_000, habits: ["canary"], outcome: "timeout" }]),
      /canary failed, stalled or was silent in 19.13 % of the upgrade/,
    ],
    ["too few samples", run({ seed: 2, seconds: 6, startMs: upgradeStartMs }), /has 200 requests that can be judged/],
    ["load that ends before the upgrade", run({ seed: 2, seconds: 100, startMs: upgradeStartMs }), /ended 11 s before/],
  ])("%s", (_, upgrade, reason) => {
    const verdict = judge(input({ upgrade }));
    expect(verdict.reasons.join("\n")).toMatch(reason);
    expect(verdict.verdict).toBe("INCONCLUSIVE");
  });

  test.each([
    [14, /latency of the baseline cannot be compared: it has 9 windows .* at least 10 are needed/],
    [15, undefined],
  ])("a baseline of %i s, 5 of them warm-up, when it is too short to compare latency", (seconds, reason) => {
    const verdict = judge(input({ baseline: run({ seed: 1, seconds }) }));
    expect(verdict.verdict).toBe(reason === undefined ? "SAFE" : "INCONCLUSIVE");
    if (reason !== undefined) expect(verdict.reasons.join("\n")).toMatch(reason);
  });

  test("a pod that no request of the baseline reached", () => {
    const judged = (pods?: string[]): ReturnType<typeof judge> =>
      judge(input({ baseline: run({ seed: 1, seconds: 60 }, { pods }) }));
    const verdict = judged(["web-7d9f-a", "web-7d9f-b", "web-7d9f-c", "web-7d9f-d"]);
    expect(verdict.verdict).toBe("INCONCLUSIVE");
    expect(verdict.reasons).toEqual([
      "1 pod of the 4 behind the Service answered no request of the baseline (web-7d9f-d): what becomes of it would not be seen; look at the load balancer's targets, or raise load.rate",
    ]);
    expect(judged(["web-7d9f-a", "web-7d9f-b", "web-7d9f-c"]).verdict).toBe("SAFE");
    // Answers that do not name pods say nothing of which pod gave them.
    expect(judged(["shop-1", "shop-2"]).verdict).toBe("SAFE");
    expect(judged(undefined).verdict).toBe("SAFE");
  });

  test("a roll that AWS's want of instances stopped, whatever has not landed", () => {
    const landed = { landed: false, nodes: [{ name: "i-1", kubeletVersion: "v1.34.3" }], pendingChanges: ["nodes"] };
    const halted = { ok: false, error: "AWS has no instance for group nodes", notTheUpgrade: true };
    const verdict = judge(input({ landed, roll: halted }));
    expect(verdict.verdict).toBe("INCONCLUSIVE");
    expect(verdict.reasons.join("\n")).toMatch(/did not finish: AWS has no instance for group nodes/);
    expect(judge(input({ landed, roll: { ...halted, notTheUpgrade: false } })).verdict).toBe("UNSAFE");
  });

  test("a baseline that is broken itself", () => {
    const faults = [{ atMs: 20_000, forMs: 4000, habits: both, outcome: "http-5xx" as const }];
    const verdict = judge(input({ baseline: run({ seed: 1, seconds: 60, faults }) }));
    expect(verdict.verdict).toBe("INCONCLUSIVE");
    expect(verdict.reasons.join()).toContain("look after the service first");
  });
});

test("an interruption within budget is DEGRADED", () => {
  const fault = { atMs: 36_500, forMs: 100, habits: ["kept"] as const, outcome: "reset" as const };
  const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
  expect(verdict.verdict).toBe("DEGRADED");
  expect(verdict.outages).toHaveLength(1);
});

test("a rise of p99 in one part of the roll is DEGRADED, however long the rest", () => {
  const fault = { atMs: 40_000, forMs: 30_000, habits: both, share: 0.05, addMs: 90 };
  const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
  expect(verdict.verdict).toBe("DEGRADED");
  expect(verdict.latency.parts.length).toBeGreaterThan(0);
});

test.each([
  [
    12,
    "INCONCLUSIVE",
    /^p99 over all requests is \d+\.\d ms, .*: there are too few seconds to tell whether it was so all the time$/m,
  ],
  [18, "DEGRADED", /: in the usual second it rose by \d+\.\d ms, which so short a baseline does not tell from noise$/m],
])("a baseline of %i s is too short to call a rise of all answers short", (seconds, expected, reason) => {
  const fault = { atMs: 0, forMs: 120_000, habits: both, addMs: 80 };
  const verdict = judge(input({ baseline: run({ seed: 1, seconds }), upgrade: upgradeWith([fault]) }));
  expect(verdict.verdict).toBe(expected);
  expect(verdict.reasons.join("\n")).toMatch(reason);
});

test("what the tester suffers with its canary is not put down to the cluster", () => {
  const fault = {
    atMs: 60_000,
    forMs: 2000,
    habits: ["fresh", "kept", "canary"] as const,
    outcome: "timeout" as const,
  };
  const verdict = judge(input({ upgrade: upgradeWith([fault]) }));
  expect(verdict.verdict).toBe("SAFE");
  expect(verdict.outages).toEqual([]);
  expect(verdict.canary.upgrade.excludedFailures).toBe(400);
  // Nothing is known of the cluster there, and a SAFE that hid these failures would not be true.
  expect(verdict.reasons[1]).toBe(
    `Not judged: ${verdict.canary.upgrade.excludedRequests} requests (400 failed) in 4 windows of 115, in which the canary failed, stalled or was silent: the tester itself was in trouble`,
  );
});

test("a budget that is broken while the canary is clean is UNSAFE, even when samples are missing later", () => {
  const fault = { atMs: 36_500, forMs: 3000, habits: both, outcome: "refused" as const };
  const verdict = judge(input({ upgrade: upgradeWith([fault], { complete: false, exitClass: "failed" }) }));
  expect(verdict.verdict).toBe("UNSAFE");
});
