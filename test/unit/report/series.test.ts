import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { collect } from "../../../analysis/columns.ts";
import { buildSeries } from "../../../report/series.ts";
import { samples, startMs } from "../analysis/synthetic.ts";

const source = (seconds: number, share: number) => ({
  startMs,
  endMs: startMs + seconds * 1000,
  samples: collect(
    samples({
      seed: seconds,
      seconds,
      rate: 40,
      faults: [{ atMs: 0, forMs: 1e7, habits: ["kept"], share, outcome: "reset" }],
    }),
  ),
});

test("windows hold every request once, and few enough for a screen", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1500 }), fc.constantFrom(0, 0.3, 1), (seconds, share) => {
      const { baseline, upgrade } = buildSeries(source(10, 0), source(seconds, share));
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
      expect(sum(upgrade.requests)).toBe(seconds * 40);
      expect(upgrade.requests.length).toBeLessThanOrEqual(600);
      expect(upgrade.windowMs).toBe(baseline.windowMs);
      expect(sum(upgrade.failed)).toBeLessThanOrEqual(seconds * 20);
      if (share === 1) expect(sum(upgrade.failed)).toBe(seconds * 20);
    }),
    { numRuns: 15 },
  );
});

test("percentiles are of a window's answered requests; none has none", () => {
  const at = (ms: number, durationMs: number, outcome: "ok" | "reset" = "ok") =>
    ({ dueMs: startMs + ms, durationMs, outcome, habit: "fresh", target: "" }) as const;
  const run = {
    startMs,
    endMs: startMs + 2000,
    samples: collect([at(0, 5), at(100, 7), at(200, 6), at(300, 900, "reset"), at(1500, 3, "reset")]),
  };
  const { upgrade } = buildSeries(run, run);
  expect(upgrade.p50Ms).toEqual([6, null]);
  expect(upgrade.p99Ms).toEqual([7, null]);
  expect(upgrade.failed).toEqual([1, 1]);
});
