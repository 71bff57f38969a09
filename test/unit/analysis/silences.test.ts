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
