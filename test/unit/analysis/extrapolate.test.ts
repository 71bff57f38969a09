import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { extrapolate, turnSeconds } from "../../../analysis/extrapolate.ts";
import { bootSeconds, turnParts } from "../../../analysis/turn-parts.ts";
import type { EventKind, RehearsalEvent } from "../../../analysis/events.ts";

const event = (seconds: number, kind: EventKind, node: string): RehearsalEvent => ({
  time: new Date(seconds * 1000).toISOString(),
  phase: "nodes",
  kind,
  node,
  message: kind,
});

test("fewer than three turns are not extrapolated", () => {
  expect(extrapolate([10, 20], 50)).toBeNull();
});

test("the range lies between nodes x quickest and nodes x slowest, and is the same each time", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 10 }),
      fc.integer({ min: 1, max: 60 }),
      (turns, nodes) => {
        const { low, expected, high } = extrapolate(turns, nodes)!;
        expect(low).toBeGreaterThanOrEqual(Math.min(...turns) * nodes);
        expect(low).toBeLessThanOrEqual(expected);
        expect(expected).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(Math.max(...turns) * nodes);
        expect(extrapolate(turns, nodes)).toEqual({ low, expected, high });
      },
    ),
    { numRuns: 20 },
  );
});

test("a longer interval lengthens a turn only as far as the boot did not cover it", () => {
  const turn = { node: "i-1", phase: "nodes" as const, drain: 20, replace: 100 };
  expect(turnSeconds(turn, 15, 10)).toBe(120);
  expect(turnSeconds(turn, 600, 10)).toBe(630);
});

test("a turn has a drain and a replacement; a boot lasts from an instance's leaving to the next one's being ready", () => {
  const events = [
    event(0, "instance-detached", "i-1"),
    event(30, "node-joined", "i-9"),
    event(40, "node-ready", "i-9"),
    event(50, "node-cordoned", "i-1"),
    event(65, "instance-terminating", "i-1"),
    event(100, "node-cordoned", "i-2"),
    event(110, "instance-terminating", "i-2"),
    event(150, "node-joined", "i-8"),
    event(160, "node-ready", "i-8"),
    event(170, "group-finished", ""),
  ];
  expect(turnParts(events)).toEqual([
    { node: "i-1", phase: "nodes", drain: 15, replace: 35 },
    { node: "i-2", phase: "nodes", drain: 10, replace: 60 },
  ]);
  expect(bootSeconds(events)).toEqual([40, 50]);
});
