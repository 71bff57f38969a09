import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { eventKinds, phases, type RehearsalEvent } from "../../../analysis/events.ts";
import { TurnClock } from "../../../rehearsal/roll-progress.ts";
import { QuietStatus } from "../../../rehearsal/status/quiet.ts";
import { RollStatus } from "../../../rehearsal/status/roll-status.ts";

const startMs = Date.UTC(2026, 10, 23, 10, 0, 0);
const at = (seconds: number, event: Partial<RehearsalEvent>): RehearsalEvent => ({
  time: new Date(startMs + seconds * 1000).toISOString(),
  phase: "nodes",
  kind: "waiting",
  message: "",
  ...event,
});
const linesAt = (seconds: number, events: readonly RehearsalEvent[]): string[] => {
  const status = new RollStatus();
  for (const event of events) status.push(event);
  return status.lines(startMs + seconds * 1000);
};

const begun = [
  at(0, { phase: "edit", kind: "step-started", message: "upgrade under load" }),
  at(4, { phase: "control-plane", message: "kops updates the specification of the control plane" }),
  at(10, { phase: "control-plane", kind: "node-draining", node: "i-1", message: "Draining the node" }),
  at(10, { phase: "control-plane", node: "i-1", message: "node 1 of 4: draining i-1 (control-plane), 10s elapsed" }),
  at(20, { phase: "control-plane", kind: "instance-terminating", node: "i-1", message: "Stopping instance" }),
  at(64, { kind: "node-draining", node: "i-2", message: "Draining the node" }),
];
const budget =
  "PodDisruptionBudget shop/cart (1 healthy, 1 wanted, 0 disruptions allowed) refuses to evict pod shop/cart-1 from node i-2";
const refused = at(70, { kind: "eviction-refused", node: "i-2", pod: "shop/cart-1", message: budget });

describe("where a rehearsal stands", () => {
  test("names step, node n of m, elapsed and forecast", () => {
    expect(linesAt(64, begun)).toEqual([
      "upgrade under load: node 2 of 4 (i-2, draining), 1m00s elapsed, about 2m42s left",
    ]);
  });

  test("says which budget refuses which pod on which node, and since when, until the pod stops", () => {
    const repeated = at(130, { ...refused, time: new Date(startMs + 130_000).toISOString() });
    expect(linesAt(155, [...begun, refused, repeated])[1]).toBe(`  waits since 1m25s: ${budget}`);
    const stopping = at(160, { kind: "pod-terminating", node: "i-2", pod: "shop/cart-1", message: "was evicted" });
    expect(linesAt(161, [...begun, refused, repeated, stopping])).toHaveLength(1);
  });

  test("says which instance is not a node yet, and what the cluster does not validate for", () => {
    const events = [
      ...begun,
      at(80, { kind: "instance-launched", instance: "i-3", message: "instance i-3 was launched" }),
      at(90, { kind: "validation-failed", message: 'Cluster did not pass validation: pod "dns" is pending' }),
    ];
    expect(linesAt(100, events).slice(1)).toEqual([
      "  waits since 20s: i-3 is not a ready node yet",
      '  waits since 10s: pod "dns" is pending',
    ]);
    const many = at(95, {
      kind: "validation-failed",
      message: "Cluster did not pass validation: a is pending, b is pending, c is pending, d is pending, e is pending",
    });
    expect(linesAt(100, [...begun, many])[1]).toBe(
      "  waits since 5s: a is pending, b is pending, c is pending and 2 more",
    );
    const well = [
      at(101, { kind: "node-ready", node: "i-3", message: "ready" }),
      at(102, { kind: "validation-passed", message: "Cluster validated." }),
    ];
    expect(linesAt(103, [...events, ...well])).toHaveLength(1);
  });

  test("says of other steps what they said last, and nothing between steps", () => {
    const baseline = at(0, { phase: "baseline", kind: "step-started", message: "measure the baseline" });
    const said = at(10, { phase: "baseline", message: "10s of 30s: 1,791 requests, 0 failed" });
    expect(linesAt(12, [baseline, said])).toEqual([
      "measure the baseline, 12s elapsed: 10s of 30s: 1,791 requests, 0 failed",
    ]);
    expect(linesAt(40, [baseline, at(31, { phase: "baseline", kind: "step-finished", message: "done" })])).toEqual([]);
  });

  test("forgets the roll before, when a search rolls again", () => {
    const again = at(300, { phase: "edit", kind: "load-started", message: "k6 sends 200 requests/s" });
    const next = at(310, { kind: "node-draining", node: "i-9", message: "Draining" });
    expect(linesAt(312, [...begun, again, next])[0]).toContain("node 1 (i-9, draining), 2s elapsed");
  });

  test("never throws and never says more than fits a screen, whatever comes", () => {
    const event = fc.record({
      kind: fc.constantFrom(...eventKinds),
      phase: fc.constantFrom(...phases),
      node: fc.constantFrom("i-1", "i-2", undefined),
      pod: fc.constantFrom("a/b", "c/d", undefined),
      message: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const lines = linesAt(1000, [...begun, ...events.map((one, i) => at(100 + i, one as Partial<RehearsalEvent>))]);
        expect(lines.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});

test("a forecast is none before the first turn is over, grows with what is left and is never negative", () => {
  const clock = new TurnClock();
  clock.begin("i-1", 10_000);
  expect(clock.leftMs(4, 60_000)).toBeUndefined();
  clock.begin("i-2", 64_000);
  clock.begin("i-2", 70_000);
  expect(clock.leftMs(4, 74_000)).toBe(44_000 + 2 * 54_000);
  fc.assert(
    fc.property(fc.nat(100), fc.nat(1e7), (total, sinceMs) => {
      const left = (nodes: number): number => clock.leftMs(nodes, 64_000 + sinceMs) ?? NaN;
      expect(left(total)).toBeGreaterThanOrEqual(0);
      expect(left(total + 1)).toBeGreaterThanOrEqual(left(total));
    }),
  );
});

describe("plain lines", () => {
  beforeEach(() => void jest.useFakeTimers({ now: startMs + 70_000 }));
  afterEach(() => void jest.useRealTimers());

  test("say what the roll waits for when nothing was told for half a minute, again and again", () => {
    const told: string[] = [];
    const status = new QuietStatus((line) => told.push(line));
    for (const event of [...begun, refused]) status.push(event);
    jest.advanceTimersByTime(29_000);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(2_000);
    expect(told).toEqual([
      "10:01:40 upgrade under load: node 2 of 4 (i-2, draining), 1m36s elapsed, about 2m06s left",
      `10:01:40   waits since 30s: ${budget}`,
    ]);
    jest.advanceTimersByTime(30_000);
    expect(told).toHaveLength(4);
    status.close();
  });
});
