import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { findBlockers } from "../../../analysis/blockers.ts";
import { collect } from "../../../analysis/columns.ts";
import { durationMs } from "../../../analysis/duration.ts";
import type { EventKind, RehearsalEvent } from "../../../analysis/events.ts";
import { habits, outcomes } from "../../../analysis/sample.ts";
import { forecast } from "../../../analysis/schedule.ts";
import { nodeSteps } from "../../../analysis/steps.ts";
import { count, percent, span } from "../../../analysis/words.ts";
import { rollEvents, startMs, upgradeStartMs } from "./synthetic.ts";

const event = (seconds: number, kind: EventKind, rest: Partial<RehearsalEvent> = {}): RehearsalEvent => ({
  time: new Date(upgradeStartMs + seconds * 1000).toISOString(),
  phase: "nodes",
  kind,
  message: kind,
  ...rest,
});

describe("columns", () => {
  const sample = fc.record({
    dueMs: fc.integer({ min: 0, max: 3_000_000 }).map((ms) => startMs + ms),
    durationMs: fc.integer({ min: 0, max: 60_000 }),
    outcome: fc.constantFrom(...outcomes),
    habit: fc.constantFrom(...habits),
    target: fc.constantFrom("", "web-a", "web-b"),
  });

  test("give back what was put in, in order of due time", () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 300 }), (given) => {
        const columns = collect(given).sort();
        const got = given.map((_, row) => ({
          dueMs: columns.dueMs(row),
          durationMs: columns.durationMs(row),
          outcome: columns.outcome(row),
          habit: columns.habit(row),
          target: columns.target(row),
        }));
        expect(got.map(({ dueMs }) => dueMs)).toEqual(given.map(({ dueMs }) => dueMs).sort((a, b) => a - b));
        const sorted = (list: object[]): string[] => list.map((item) => JSON.stringify(item)).sort();
        expect(sorted(got)).toEqual(sorted(given));
      }),
    );
  });

  test("refuse a time that is none of the run's", () => {
    const good = { dueMs: startMs, durationMs: 1, outcome: "ok", habit: "kept", target: "" } as const;
    expect(() => collect([good, { ...good, dueMs: 0 }])).toThrow(RangeError);
    expect(() => collect([{ ...good, durationMs: NaN }])).toThrow(RangeError);
  });
});

test.each([
  ["15s", 15_000],
  ["1h30m", 5_400_000],
  ["1.5m", 90_000],
  ["250ms", 250],
])("durationMs(%s)", (text, ms) => expect(durationMs(text)).toBe(ms));

test("durationMs refuses what is none", () => {
  for (const text of ["", "15", "s", "15 s", "1d"]) expect(() => durationMs(text)).toThrow(/is not a duration/);
});

describe("schedule", () => {
  const intervals = { controlPlane: "10m", node: "10m", validationTimeout: "15m" };

  test("is nodes x interval at least: the article's 50 x 10 minutes", () => {
    expect(forecast({ nodes: 50, intervals, events: rollEvents() })).toMatchObject({
      nodes: 50,
      minutes: 500,
      low: 500,
      high: 500,
    });
  });

  test("without any turn reckons with the validation time-out", () => {
    expect(forecast({ nodes: 2, intervals, events: [] })).toEqual({
      nodes: 2,
      minutes: 20,
      low: 20,
      high: 50,
      expected: null,
      perNode: { turns: [], bootSeconds: null },
    });
  });

  test("keeps floor, low and high in order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 1200 }), (nodes, seconds) => {
        const given = { ...intervals, node: `${seconds}s` };
        const { minutes, low, high } = forecast({ nodes, intervals: given, events: rollEvents() });
        expect(minutes).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });
});

test("turns follow one another, one for each node", () => {
  const steps = nodeSteps(rollEvents());
  expect(steps.map((step) => step.node)).toEqual(["i-0c0ffee", "i-0a1b", "i-0a2b", "i-0a3b"]);
  expect(steps.map((step) => (step.endMs - step.startMs) / 1000)).toEqual([25, 25, 25, 26]);
});

test("the wait for a surge instance belongs to the first turn of a group", () => {
  const [step] = nodeSteps([
    event(0, "instance-detached", { node: "i-1" }),
    event(15, "node-draining", { node: "i-1" }),
    event(40, "group-finished"),
  ]);
  expect(step).toMatchObject({ node: "i-1", startMs: upgradeStartMs, drainMs: upgradeStartMs + 15_000 });
  expect(step!.endMs).toBe(upgradeStartMs + 40_000);
});

describe("blockers", () => {
  test("leave out what was overcome", () => {
    expect(
      findBlockers([
        event(1, "eviction-refused", { node: "i-1", pod: "a/b" }),
        event(2, "node-drained", { node: "i-1" }),
        event(3, "instance-launched", { node: "i-2" }),
        event(4, "node-ready", { node: "i-2" }),
        event(5, "validation-failed", { node: "i-3" }),
        event(6, "validation-passed"),
      ]),
    ).toEqual([]);
  });

  test("name the instance that a validation waits for, and only the last validation", () => {
    const say = (seconds: number, what: string): RehearsalEvent =>
      event(seconds, "validation-failed", {
        message: `Cluster did not pass validation, will retry in "30s": ${what}.`,
      });
    expect(
      findBlockers([
        say(1, 'InstanceGroup "nodes" did not have enough nodes 2 vs 3'),
        say(2, 'machine "i-0abc" has not yet joined cluster'),
      ]),
    ).toEqual([
      { kind: "node-missing", node: "i-0abc", pod: null, message: "it has not joined" },
      { kind: "validation-failed", node: null, pod: null, message: 'machine "i-0abc" has not yet joined cluster.' },
    ]);
  });

  test("say once what was said again and again", () => {
    const again = [1, 2, 3].map((seconds) =>
      event(seconds, "validation-failed", { node: "i-3", message: "not ready" }),
    );
    expect(findBlockers(again)).toEqual([{ kind: "validation-failed", node: "i-3", pod: null, message: "not ready" }]);
  });
});

test("words", () => {
  expect(count(1, "request")).toBe("1 request");
  expect(count(30_001, "request")).toBe("30,001 requests");
  expect([20, 1840, 372_000, 3_900_000].map(span)).toEqual(["20 ms", "1.84 s", "6m12s", "1h05m"]);
  expect([0, 0.0049, 0.000013].map(percent)).toEqual(["0 %", "0.49 %", "0.0013 %"]);
});
