import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { judge } from "../../../analysis/judge.ts";
import type { Sample } from "../../../analysis/sample.ts";
import { input, run, samples, upgradeStartMs } from "./synthetic.ts";

const seconds = 30;
const base = input({ baseline: run({ seed: 1, seconds: 60 }), events: [] });

test("one target of three that stands still for 300 ms or more, and then answers all, is found", () => {
  const moment = fc.integer({ min: 8_000, max: 25_000 });
  fc.assert(
    fc.property(fc.nat(1000), moment, fc.integer({ min: 300, max: 480 }), (seed, atMs, forMs) => {
      const endMs = upgradeStartMs + atMs + forMs;
      const made = samples({ seed, seconds, startMs: upgradeStartMs }).map((one): Sample => {
        const stands = one.target === "web-7d9f-b" && one.dueMs >= endMs - forMs && one.dueMs < endMs;
        return stands && one.habit !== "canary" ? { ...one, durationMs: one.durationMs + endMs - one.dueMs } : one;
      });
      const { verdict, outages } = judge({
        ...base,
        upgrade: run({ seed: 0, seconds, startMs: upgradeStartMs }, { samples: made }),
      });
      expect(outages.filter(({ evident }) => evident)).not.toEqual([]);
      expect(verdict).toBe("DEGRADED");
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

test("a service that has become slower and goes on answering is slower, not interrupted", () => {
  const later = fc.integer({ min: 95, max: 450 });
  fc.assert(
    fc.property(fc.nat(1000), later, (seed, addMs) => {
      // From before the warm-up is over: the moment in which it becomes slower is a silence.
      const faults = [{ atMs: 0, forMs: seconds * 1000, habits: ["fresh", "kept"] as const, addMs }];
      const { verdict, outages, latency } = judge({
        ...base,
        upgrade: run({ seed, seconds, startMs: upgradeStartMs, faults }),
      });
      expect(outages).toEqual([]);
      expect(latency.p99?.real).toBe(true);
      expect(verdict).toBe("UNSAFE");
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

test("the moment in which a service becomes slower is a silence, as long as it became slower by", () => {
  const faults = [{ atMs: 15_000, forMs: 15_000, habits: ["fresh", "kept"] as const, addMs: 300 }];
  const { outages } = judge({ ...base, upgrade: run({ seed: 7, seconds, startMs: upgradeStartMs, faults }) });
  expect(outages.map(({ habit, kind }) => [habit, kind])).toEqual([
    ["fresh", "total"],
    ["kept", "total"],
  ]);
});

test("a baseline of slow answers is no interruption of it", () => {
  const faults = [{ atMs: 0, forMs: 60_000, habits: ["fresh", "kept"] as const, addMs: 1100 }];
  const { reasons } = judge({
    ...base,
    baseline: run({ seed: 1, seconds: 60, faults }),
    upgrade: run({ seed: 2, seconds, startMs: upgradeStartMs, faults }),
  });
  expect(reasons.join("\n")).not.toContain("interrupted");
});
