import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { StoredSample } from "../../../analysis/sample-file.ts";
import { Drops } from "../../../rehearsal/load/drops.ts";
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

/** As a file is read twice; the first time in another order. */
function correct(samples: readonly StoredSample[], drops = new Drops(() => periodMs)): [StoredSample[], number] {
  for (const sample of samples.filter((_, at) => at % 2 === 1)) drops.see(sample);
  for (const sample of samples.filter((_, at) => at % 2 === 0)) drops.see(sample);
  return [samples.map((sample) => drops.correct(sample)), drops.count];
}

test("requests after dropped ones are due when they were due", () => {
  const dropped = fc.uniqueArray(fc.integer({ min: 5, max: 150 }), { maxLength: 60 });
  fc.assert(
    fc.property(dropped, fc.integer({ min: 0, max: 4 }), (list, late) => {
      const drops = new Set(list);
      // It starts a little late each time, and 200 ticks without a drop follow.
      const samples = reported(400, drops, (tick) => (tick % 3 === 0 ? late : 0));
      const [corrected, count] = correct(samples);
      const ran = Array.from({ length: 400 }, (_, tick) => tick).filter((tick) => !drops.has(tick));
      expect(corrected.map((sample) => sample.dueMs)).toEqual(ran.map((tick) => 1000 + tick * periodMs));
      expect(count).toBe(drops.size);
      for (const sample of corrected) expect(sample.durationMs).toBeLessThanOrEqual(3 + late);
    }),
  );
});

test("a load generator that was late for another reason stays late", () => {
  // Nothing was dropped: it stood still for 300 ms at tick 100 and caught up.
  const samples = reported(400, new Set(), (tick) => (tick >= 100 && tick < 130 ? (130 - tick) * periodMs : 0));
  expect(correct(samples)).toEqual([samples, 0]);
});

test("one k6 process that dropped some says nothing about another, or about a habit that dropped none", () => {
  const some = reported(50, new Set([3, 4, 5]), () => 0);
  const samples = some.flatMap((sample) => [sample, { ...sample, runner: 1 }, { ...sample, habit: "kept" as const }]);
  const drops = new Drops((habit, runner) => (habit === "fresh" && runner === 1 ? periodMs : undefined));
  const [corrected, count] = correct(samples, drops);
  expect(count).toBe(3);
  const changed = corrected.filter((sample, at) => sample !== samples[at]);
  expect(new Set(changed.map(({ habit, runner }) => `${habit} ${runner ?? 0}`))).toEqual(new Set(["fresh 1"]));
  expect(changed).toHaveLength(44);
});

test("the order in which requests came in changes nothing", () => {
  const lateness = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(lateness, fc.infiniteStream(fc.nat()), (late, keys) => {
      const samples = reported(late.length, new Set(), (tick) => (late[tick] ?? 0) * periodMs);
      const shuffled = samples
        .map((sample) => ({ sample, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ sample }) => sample);
      const drops = new Drops(() => periodMs);
      for (const sample of shuffled) drops.see(sample);
      // By definition: the least lateness from each request on.
      const least = late.map((_, at) => Math.min(...late.slice(at)));
      expect(samples.map((sample) => drops.correct(sample).dueMs - sample.dueMs)).toEqual(
        least.map((n) => n * periodMs),
      );
    }),
  );
});

test("all that was due until a moment has come in, whatever the order and however many requests share a line", () => {
  const lines = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 60 }).chain((lengths) => {
    let first = 0;
    const all = lengths.map((length) => ({ first, last: (first += length) - 1 }));
    return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  });
  fc.assert(
    fc.property(lines, (order) => {
      const received = new Received();
      const inOrder = [...order].sort((a, b) => a.first - b.first);
      const seen = new Set<number>();
      for (const { first, last } of order) {
        expect(received.add(first, last, first * periodMs)).toBe(true);
        expect(received.add(first, last, first * periodMs)).toBe(false);
        seen.add(first);
        const gap = inOrder.findIndex((line) => !seen.has(line.first));
        const latest = inOrder.at(gap === -1 ? -1 : gap - 1);
        expect(received.completeUntilMs).toBe(gap === 0 ? -Infinity : (latest?.first ?? NaN) * periodMs);
      }
      const count = (inOrder.at(-1)?.last ?? NaN) + 1;
      expect(received.count).toBe(count);
      expect(received.missing).toBe(0);
      received.add(count + 2, count + 4, 0);
      expect(received.missing).toBe(2);
    }),
  );
});
