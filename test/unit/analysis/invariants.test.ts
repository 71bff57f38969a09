import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judge } from "../../../analysis/judge.ts";
import type { LoadRun } from "../../../analysis/load-run.ts";
import type { Outcome, Sample } from "../../../analysis/sample.ts";
import type { Verdict } from "../../../analysis/verdict-schema.ts";
import { input, random, run, samples, upgradeStartMs } from "./synthetic.ts";
import type { Fault } from "./synthetic.ts";

const rank = { SAFE: 0, DEGRADED: 1, INCONCLUSIVE: 2, UNSAFE: 3 } as const;
const rankOf = (verdict: Verdict): number => rank[verdict.verdict];

const seconds = 30;
const upgrade = (made: readonly Sample[]): LoadRun =>
  run({ seed: 0, seconds, startMs: upgradeStartMs }, { samples: made });
const base = input({ baseline: run({ seed: 1, seconds: 20 }), events: [] });
const verdictOf = (made: readonly Sample[]): Verdict => judge({ ...base, upgrade: upgrade(made) });

const outcome = fc.constantFrom<Outcome>("refused", "reset", "timeout", "http-5xx", "wrong-body");
const fault: fc.Arbitrary<Fault> = fc.record({
  atMs: fc.integer({ min: 0, max: seconds * 1000 }),
  forMs: fc.integer({ min: 1, max: 5000 }),
  habits: fc.subarray(["fresh", "kept"] as const, { minLength: 1 }),
  share: fc.constantFrom(0.01, 0.1, 0.33, 1),
  outcome: fc.option(outcome, { nil: undefined }),
  addMs: fc.constantFrom(undefined, 30, 600, "end" as const),
});
const stream = fc
  .record({ seed: fc.nat(1000), faults: fc.array(fault, { maxLength: 3 }) })
  .map((options) => samples({ ...options, seconds, startMs: upgradeStartMs }));

describe("invariants", () => {
  test("failures more never make a verdict better, nor shorten what was interrupted", () => {
    fc.assert(
      fc.property(stream, fc.nat(1000), fc.constantFrom(0.0002, 0.005, 0.2), outcome, (made, seed, share, how) => {
        const next = random(seed);
        const worse = made.map((sample) =>
          sample.habit !== "canary" && next() < share ? { ...sample, outcome: how, target: "" } : sample,
        );
        const before = verdictOf(made);
        const after = verdictOf(worse);
        expect(rankOf(after)).toBeGreaterThanOrEqual(rankOf(before));
        const longest = (verdict: Verdict): number =>
          Math.max(0, ...verdict.outages.map((outage) => outage.durationMs));
        expect(longest(after)).toBeGreaterThanOrEqual(longest(before));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test("the order of arrival changes nothing, and the same stream gives the same verdict", () => {
    fc.assert(
      fc.property(stream, fc.nat(1000), (made, seed) => {
        // Several requests due in the same millisecond, as a load generator with coarse clocks records them.
        const coarse = made.map((sample) => ({ ...sample, dueMs: Math.floor(sample.dueMs / 20) * 20 }));
        const next = random(seed);
        const shuffled = coarse
          .map((sample) => ({ sample, key: next() }))
          .sort((a, b) => a.key - b.key)
          .map(({ sample }) => sample);
        expect(verdictOf(shuffled)).toEqual(verdictOf(coarse));
        expect(verdictOf(coarse)).toEqual(verdictOf(coarse));
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  test("taking the tester's own fault away never worsens a verdict", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 0, max: seconds * 1000 }),
        fc.integer({ min: 200, max: 10_000 }),
        fault,
        (seed, atMs, forMs, other) => {
          const tester: Fault = { atMs, forMs, habits: ["fresh", "kept", "canary"], outcome: "timeout" };
          // A fault of the cluster that only the tester's hid comes to light: that is no worse measurement.
          fc.pre(other.atMs + other.forMs < atMs - 2000 || other.atMs > atMs + forMs + 2000);
          const none: Fault = { ...tester, forMs: 0 };
          const make = (first: Fault): Sample[] =>
            samples({ seed, seconds, startMs: upgradeStartMs, faults: [first, other] });
          expect(rankOf(verdictOf(make(none)))).toBeLessThanOrEqual(rankOf(verdictOf(make(tester))));
        },
      ),
      { numRuns: 20, endOnFailure: true },
    );
  });
});

describe("planted interruptions", () => {
  test("of 100 ms or more are all found, with their length within 20 ms", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 8_000, max: 25_000 }),
        fc.integer({ min: 100, max: 4000 }),
        outcome,
        (seed, atMs, forMs, how) => {
          const planted: Fault = { atMs, forMs, habits: ["fresh", "kept"], outcome: how };
          const { outages } = verdictOf(samples({ seed, seconds, startMs: upgradeStartMs, faults: [planted] }));
          expect(outages.map((outage) => outage.habit).sort()).toEqual(["fresh", "kept"]);
          expect(outages.filter(({ evident }) => !evident)).toEqual([]);
          for (const outage of outages) expect(Math.abs(outage.durationMs - forMs)).toBeLessThanOrEqual(20);
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test("of one target of three for 300 ms or more are all found", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 8_000, max: 25_000 }),
        fc.integer({ min: 300, max: 4000 }),
        (seed, atMs, forMs) => {
          const planted: Fault = { atMs, forMs, habits: ["fresh", "kept"], share: 1 / 3, outcome: "refused" };
          const { outages } = verdictOf(samples({ seed, seconds, startMs: upgradeStartMs, faults: [planted] }));
          // A single failed request is listed, too: what is found is more than chance.
          const found = outages.filter(({ evident }) => evident);
          expect(found.map((outage) => outage.habit)).toEqual(expect.arrayContaining(["fresh", "kept"]));
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test("as short as the verdict promises are seen, whatever moment they begin in", () => {
    const sound = verdictOf(samples({ seed: 0, seconds, startMs: upgradeStartMs }));
    const promised: Pick<Fault, "forMs" | "share" | "addMs" | "outcome">[] = [
      { forMs: sound.detectionLimitMs, outcome: "refused" },
      { forMs: sound.detection.partialMs, share: 1 / 3, outcome: "reset" },
      { forMs: sound.detection.silenceMs!, addMs: "end" },
    ];
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 80_000, max: 250_000 }),
        fc.constantFrom(...promised),
        (seed, tenths, what) => {
          const planted: Fault = { ...what, atMs: tenths / 10, habits: ["fresh", "kept"] };
          const verdict = verdictOf(samples({ seed, seconds, startMs: upgradeStartMs, faults: [planted] }));
          expect(verdict.outages.filter(({ evident }) => evident)).not.toEqual([]);
          expect(rankOf(verdict)).toBeGreaterThan(rank.SAFE);
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test("none where none was", () => {
    fc.assert(
      fc.property(fc.nat(100_000), (seed) => {
        const verdict = verdictOf(samples({ seed, seconds, startMs: upgradeStartMs }));
        expect(verdict.verdict).toBe("SAFE");
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});
