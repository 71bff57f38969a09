import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { blamer } from "../../../analysis/blame.ts";
import { ceasedTargets, type CeasedTarget, type Interruption } from "../../../analysis/ceased.ts";
import { eventKinds, type EventKind, type RehearsalEvent } from "../../../analysis/events.ts";
import { judge } from "../../../analysis/judge.ts";
import type { Sample } from "../../../analysis/sample.ts";
import { viewRun } from "../../../analysis/run-view.ts";
import { input, rollEvents, run, samples, upgradeStartMs } from "./synthetic.ts";

const event = (seconds: number, kind: EventKind, rest: Partial<RehearsalEvent> = {}): RehearsalEvent => ({
  time: new Date(upgradeStartMs + seconds * 1000).toISOString(),
  phase: "nodes",
  kind,
  message: kind,
  ...rest,
});
const from = (seconds: number, lengthMs = 500): Interruption => ({
  habit: "fresh",
  startMs: upgradeStartMs + seconds * 1000,
  endMs: upgradeStartMs + seconds * 1000 + lengthMs,
});

describe("by time", () => {
  const blame = blamer(rollEvents());

  test("names the node that kops touched last before, and a little after", () => {
    expect(blame(from(36.5))).toMatchObject({
      node: "i-0a1b",
      phase: "nodes",
      pods: ["default/web-1"],
      confidence: "by time",
      evidence: "node i-0a1b was being drained 500 ms before it began; no target points to it",
    });
    expect(blame(from(34.5))).toMatchObject({ node: "i-0a1b", doing: "was cordoned" });
    expect(blame(from(30))).toMatchObject({ node: "i-0c0ffee", phase: "control-plane" });
  });

  test("names none before the roll, nor long after", () => {
    const nobody = { node: null, pod: null, target: null, doing: null, evidence: null, confidence: null, pods: [] };
    expect(blame(from(0))).toEqual({ phase: null, ...nobody });
    expect(blame(from(400))).toEqual({ phase: "nodes", ...nobody });
  });
});

/** An upgrade's samples in which some targets cease, as `gone` says. */
function upgrade(gone: (sample: Sample) => boolean, keep: (sample: Sample) => boolean = () => true) {
  const made = samples({ seed: 3, seconds: 120, startMs: upgradeStartMs }).filter(keep);
  const ceased = made.map((sample) =>
    sample.habit !== "canary" && gone(sample) ? { ...sample, outcome: "refused" as const, target: "" } : sample,
  );
  return run({ seed: 3, seconds: 120, startMs: upgradeStartMs }, { samples: ceased });
}
const at = (sample: Sample): number => (sample.dueMs - upgradeStartMs) / 1000;

describe("targets that cease", () => {
  const found = (load: ReturnType<typeof upgrade>, outage: Interruption): readonly CeasedTarget[] =>
    ceasedTargets(viewRun(load, 5000, null))(outage);

  test("for good, as one of three", () => {
    const load = upgrade((sample) => sample.target === "web-7d9f-b" && at(sample) >= 60);
    const [first, ...rest] = found(load, from(60, 2000));
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ name: "web-7d9f-b", back: false });
    expect(Math.abs(first!.lastMs - upgradeStartMs - 60_000)).toBeLessThan(50);
  });

  test("for a while, when chance does not explain it", () => {
    const load = upgrade((sample) => sample.target === "web-7d9f-b" && at(sample) >= 60 && at(sample) < 62);
    expect(found(load, from(60, 2000))).toMatchObject([{ name: "web-7d9f-b", back: true }]);
    expect(found(load, from(60, 50))).toEqual([]);
  });

  test("none, when all of them are cut off and come back", () => {
    const load = upgrade((sample) => at(sample) >= 60 && at(sample) < 62);
    expect(found(load, from(60, 2000))).toEqual([]);
  });

  test("not the one that ceased long before", () => {
    const load = upgrade(
      (sample) =>
        (sample.target === "web-7d9f-b" && at(sample) >= 50) ||
        (sample.target === "web-7d9f-c" && at(sample) >= 60 && at(sample) < 61),
    );
    expect(found(load, from(60, 1000)).map(({ name }) => name)).toEqual(["web-7d9f-c"]);
  });
});

describe("by target", () => {
  const target: CeasedTarget = { name: "web-b", lastMs: upgradeStartMs + 59_960, back: false };
  const touched = [
    event(55, "node-draining", { node: "i-1" }),
    event(56, "pod-evicted", { node: "i-1", pod: "default/web-b" }),
    event(56.1, "pod-terminating", { node: "i-1", pod: "default/web-b" }),
    event(56.2, "endpoint-removed", { node: "i-1", pod: "default/web-b" }),
    event(58, "node-cordoned", { node: "i-2" }),
  ];

  test("names the pod, then its node, then what kops did there, though another node was touched last", () => {
    expect(blamer(touched, () => [target])(from(60))).toEqual({
      phase: "nodes",
      node: "i-1",
      pod: "default/web-b",
      target: "web-b",
      doing: "was being drained",
      evidence:
        "pod default/web-b on node i-1 gave its last answer 40 ms before it began; it was evicted 3.9 s before it began, while the node was being drained",
      confidence: "by target",
      pods: ["default/web-b"],
    });
  });

  test("names the node on which the target lived when that node went away", () => {
    const events = [
      event(1, "note", { node: "i-3", pod: "default/web-b" }),
      event(59, "instance-terminating", { node: "i-3" }),
      event(59.5, "node-cordoned", { node: "i-4" }),
    ];
    expect(blamer(events, () => [target])(from(60))).toMatchObject({
      node: "i-3",
      pod: "default/web-b",
      doing: "was being terminated",
      confidence: "by target",
    });
  });

  test("takes the target that events speak of, else goes by time and says that the target is not told of", () => {
    const other: CeasedTarget = { ...target, name: "elsewhere" };
    expect(blamer(touched, () => [other, target])(from(60))).toMatchObject({ target: "web-b", node: "i-1" });
    expect(blamer(touched, () => [other])(from(60))).toMatchObject({
      target: "elsewhere",
      node: "i-2",
      pod: null,
      confidence: "by time",
    });
  });
});

test("the verdict puts a total outage of a single replica down to its pod, and says so in the reasons", () => {
  const load = upgrade(
    (sample) => at(sample) >= 36.8 && at(sample) < 39,
    (sample) =>
      sample.habit === "canary" ||
      (at(sample) < 37.9 ? sample.target === "web-7d9f-a" : sample.target === "web-7d9f-b"),
  );
  const events = [
    ...rollEvents(),
    event(36.7, "pod-evicted", { node: "i-0a1b", pod: "default/web-7d9f-a" }),
    event(36.8, "pod-terminating", { node: "i-0a1b", pod: "default/web-7d9f-a" }),
  ];
  const verdict = judge(input({ upgrade: load, events }));
  expect(verdict.outages.length).toBeGreaterThan(0);
  for (const outage of verdict.outages)
    expect(outage).toMatchObject({
      node: "i-0a1b",
      pod: "default/web-7d9f-a",
      target: "web-7d9f-a",
      confidence: "by target",
    });
  expect(verdict.reasons[0]).toMatch(/pod default\/web-7d9f-a on node i-0a1b gave its last answer/);
});

describe("whatever happened", () => {
  const nodes = ["i-1", "i-2", "i-3"];
  const pods = ["default/web-a", "default/web-b", "default/web-c"];
  const anyEvent = fc.record({
    seconds: fc.integer({ min: 0, max: 400 }),
    kind: fc.constantFrom(...eventKinds),
    node: fc.option(fc.constantFrom(...nodes), { nil: undefined }),
    pod: fc.option(fc.constantFrom(...pods), { nil: undefined }),
    phase: fc.constantFrom("baseline" as const, "nodes" as const, "control-plane" as const),
  });
  const anyTarget = fc.record({
    name: fc.constantFrom("web-a", "web-b", "web-c", "elsewhere"),
    lastMs: fc.integer({ min: 0, max: 400_000 }).map((ms) => upgradeStartMs + ms),
    back: fc.boolean(),
  });

  test("no node and no pod is named without an event about it near the beginning", () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 30 }),
        fc.array(anyTarget, { maxLength: 3 }),
        fc.integer({ min: 0, max: 400 }),
        (given, targets, seconds) => {
          const events = given.map(({ seconds: s, kind, ...rest }) => event(s, kind, rest));
          const outage = from(seconds);
          const { node, pod, target, confidence, evidence } = blamer(events, () => targets)(outage);
          const near = events.filter((one) => {
            const sinceMs = outage.startMs - Date.parse(one.time);
            return sinceMs >= -1000 && sinceMs <= 120_000 && one.phase !== "baseline";
          });
          if (node !== null) expect(near.map((one) => one.node)).toContain(node);
          if (pod !== null && node === null) expect(near.map((one) => one.pod)).toContain(pod);
          if (confidence === "by target") expect(targets.map(({ name }) => name)).toContain(target);
          expect(evidence === null).toBe(confidence === null);
          expect(node === null || confidence !== null).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("no target is found to have ceased that did not answer before, over the same connections", () => {
    const habit = fc.constantFrom("fresh" as const, "kept" as const);
    fc.assert(
      fc.property(
        fc.nat(1000),
        habit,
        fc.integer({ min: 6, max: 25 }),
        fc.integer({ min: 10, max: 4000 }),
        fc.constantFrom("web-7d9f-a", "web-7d9f-b"),
        (seed, connection, second, forMs, name) => {
          const made = samples({ seed, seconds: 30, startMs: upgradeStartMs }).map((sample) =>
            sample.target === name && at(sample) >= second
              ? { ...sample, outcome: "reset" as const, target: "" }
              : sample,
          );
          const view = viewRun(run({ seed, seconds: 30, startMs: upgradeStartMs }, { samples: made }), 5000, null);
          const found = ceasedTargets(view)({ ...from(second, forMs), habit: connection });
          expect(found.map((target) => target.name)).toEqual([name]);
        },
      ),
      { numRuns: 20 },
    );
  });
});
