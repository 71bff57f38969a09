import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { StoredSample } from "../../../analysis/sample-file.ts";
import { correctDrops } from "../../../rehearsal/load/drops.ts";
import { Received } from "../../../rehearsal/load/received.ts";

const periodMs = 10;

/** What k6 would report when it drops the ticks in `dropped`: due times from the number of the iterations that ran. */
function reported(ticks: number, dropped: ReadonlySet<number>, lateness: (tick: number) => number): StoredSample[] {
  const ran = Array.from({ length: ticks }, (_, tick) => tick).filter((tick) => !dropped.has(tick));
  return ran.map((tick, iteration) => {
    const waitedMs = (tick - iteration) * periodMs + lateness(tick);
    return {
      dueMs: 1000 + iteration * periodMs,
      durationMs: waitedMs + 3,
      waitedMs,
      outcome: "ok",
      habit: "fresh",
      target: "web",
    };
  });
}

test("requests after dropped ones are due when they were due", () => {
  const dropped = fc.uniqueArray(fc.integer({ min: 5, max: 150 }), { maxLength: 60 });
  fc.assert(
    fc.property(dropped, fc.integer({ min: 0, max: 4 }), (list, late) => {
      const drops = new Set(list);
      // It starts a little late each time, and 200 ticks without a drop follow.
      const samples = reported(400, drops, (tick) => (tick % 3 === 0 ? late : 0));
      const corrected = correctDrops(samples, { fresh: periodMs });
      const ran = Array.from({ length: 400 }, (_, tick) => tick).filter((tick) => !drops.has(tick));
      expect(corrected.map((sample) => sample.dueMs)).toEqual(ran.map((tick) => 1000 + tick * periodMs));
      for (const sample of corrected) expect(sample.durationMs).toBeLessThanOrEqual(3 + late);
    }),
  );
});

test("a load generator that was late for another reason stays late", () => {
  // Nothing was dropped: it stood still for 300 ms at tick 100 and caught up.
  const samples = reported(400, new Set(), (tick) => (tick >= 100 && tick < 130 ? (130 - tick) * periodMs : 0));
  expect(correctDrops(samples, { fresh: periodMs })).toEqual(samples);
});

test("other habits are left alone", () => {
  const samples = reported(50, new Set([3, 4, 5]), () => 0).map((sample) => ({ ...sample, habit: "kept" as const }));
  expect(correctDrops(samples, { fresh: periodMs })).toEqual(samples);
});

test("all that was due until a moment has come in, whatever the order", () => {
  const orders = fc.integer({ min: 1, max: 60 }).chain((count) => {
    const all = Array.from({ length: count }, (_, index) => index);
    return fc.shuffledSubarray(all, { minLength: count, maxLength: count });
  });
  fc.assert(
    fc.property(orders, (order) => {
      const received = new Received();
      const seen = new Set<number>();
      for (const iteration of order) {
        received.add(iteration, iteration * periodMs);
        seen.add(iteration);
        let next = 0;
        while (seen.has(next)) next++;
        expect(received.completeUntilMs).toBe(next === 0 ? -Infinity : (next - 1) * periodMs);
      }
      expect(received.count).toBe(order.length);
    }),
  );
});
