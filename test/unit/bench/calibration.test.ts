import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { upperTail } from "../../../analysis/statistics.ts";
import { atMost } from "../../../bench/calibration/bound.ts";
import { classes } from "../../../bench/calibration/case.ts";
import { ideallyFound } from "../../../bench/calibration/ideal.ts";
import { slotsOf } from "../../../bench/calibration/live/slots.ts";
import { meet } from "../../../bench/calibration/plant.ts";
import type { Kind } from "../../../bench/calibration/plant.ts";
import { Random } from "../../../bench/calibration/random.ts";
import { replay, tapeOf } from "../../../bench/calibration/replay.ts";
import { anyService } from "../../../bench/calibration/service.ts";
import { stream } from "../../../bench/calibration/stream.ts";

test("the bound of nothing in 100 is the rule of three's, and more found raise it", () => {
  expect(atMost(0, 100)).toBeCloseTo(0.0295, 3);
  expect(atMost(1, 100)).toBeCloseTo(0.0466, 3);
  expect(atMost(3, 3)).toBe(1);
});

test("slots follow each other, hold their fault, and are the same for the same seed", () => {
  fc.assert(
    fc.property(fc.constantFrom(...classes), fc.nat(1e6), (what, seed) => {
      const slots = slotsOf([what], new Random(seed), 250);
      expect(slots).toEqual(slotsOf([what], new Random(seed), 250));
      expect(slots.length).toBeGreaterThanOrEqual(3);
      slots.forEach(({ from, to, fault }, i) => {
        expect(from).toBe(i === 0 ? 0 : slots[i - 1]!.to);
        expect(to).toBeLessThanOrEqual(250);
        expect(fault === undefined).toBe(what === "none");
        if (fault !== undefined)
          expect([fault.from > from + 2.9, fault.from + fault.seconds < to - 2.9]).toEqual([true, true]);
      });
    }),
    { numRuns: 40 },
  );
});

describe("the best detector there can be", () => {
  const seconds = { baseline: 300, between: 30, upgrade: 600 };
  const quiet = { ...anyService(new Random(5)), sigma: 2, wander: { seconds: 0, minutes: 0, day: 0 } };
  const found = (wander: { seconds: number; minutes: number }, factor = 1.2): number =>
    ideallyFound({ ...quiet, wander: { ...wander, day: 0 } }, { factor, from: 100, to: 130 }, seconds);

  test("finds what the mean of all requests finds where a level does not wander", () => {
    // 6,000 requests of 180,000, each with a standard deviation of 2.
    const strength = (Math.log(1.2) * Math.sqrt(6000 * (1 - 30 / 900))) / 2;
    expect(found({ seconds: 0, minutes: 0 })).toBeCloseTo(upperTail(3.29 - strength), 3);
  });

  test("finds less the more the level wanders, more of a larger rise, and nothing where there is none", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (a, b) => {
          expect(found({ seconds: a + 0.05, minutes: b })).toBeLessThanOrEqual(found({ seconds: a, minutes: b }));
          expect(found({ seconds: a, minutes: b + 0.05 })).toBeLessThanOrEqual(found({ seconds: a, minutes: b }));
          expect(found({ seconds: a, minutes: b }, 1.3)).toBeGreaterThan(found({ seconds: a, minutes: b }, 1.1));
          expect(found({ seconds: a, minutes: b }, 1)).toBeCloseTo(0.0005, 5);
        },
      ),
      { numRuns: 30 },
    );
  });
});

const kinds = ["refused", "reset", "timeout", "http-5xx", "drop", "freeze"] as const;

test.each<Kind>([...kinds])("%s leaves alone what neither falls into it nor is on its way then", (kind) => {
  const fault = { kind, fromMs: 1000, toMs: 1300 } as const;
  const random = new Random(1);
  const at = (sentMs: number) =>
    meet(fault, "fresh", 0, sentMs, { sentMs, answeredMs: sentMs + 5, outcome: "ok" }, random);
  expect(at(990)).toEqual({ sentMs: 990, answeredMs: 995, outcome: "ok" });
  expect(at(1300)).toEqual({ sentMs: 1300, answeredMs: 1305, outcome: "ok" });
  const hit = at(1100);
  // What does not fail is answered once it is over.
  if (hit.outcome === "ok") expect(hit.answeredMs).toBeGreaterThanOrEqual(1300);
});

test("a replay is made of the tape's own requests, and is the same for the same seed", () => {
  const service = anyService(new Random(5));
  const recorded = stream({ seed: 5, service, startMs: 1_000_000, seconds: 120, dayPhase: 0 });
  const tape = tapeOf(recorded, 1_010_000, 1_120_000);
  expect(tape.targets).toHaveLength(3);
  const short = { baselineSeconds: 40, upgradeSeconds: 80 };
  const one = replay(tape, "total", 7, short);
  expect(replay(tape, "total", 7, short)).toEqual(one);
  expect(one.verdict.baseline.requests).toBe(30 * 200);
  expect(one.fault).toBeDefined();
  const longest = Math.max(...tape.samples.map(({ habit, durationMs }) => (habit === "canary" ? 0 : durationMs)));
  expect(replay(tape, "none", 7, short).verdict.upgrade.maxMs).toBeLessThanOrEqual(longest + 0.01);
});
