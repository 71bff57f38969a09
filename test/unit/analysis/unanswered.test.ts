import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { judge } from "../../../analysis/judge.ts";
import type { Sample } from "../../../analysis/sample.ts";
import type { Outage } from "../../../analysis/verdict-schema.ts";
import { input, run, samples, upgradeStartMs } from "./synthetic.ts";
import type { Fault } from "./synthetic.ts";

const seconds = 30;
const base = input({ baseline: run({ seed: 1, seconds: 60 }), events: [] });

function outagesOf(made: readonly Sample[]): Outage[] {
  const upgrade = run({ seed: 0, seconds, startMs: upgradeStartMs }, { samples: made });
  return judge({ ...base, upgrade }).outages.filter(({ evident }) => evident);
}

const fault = (atMs: number, forMs: number, changes: Partial<Fault>): Fault => ({
  atMs,
  forMs,
  habits: ["fresh", "kept"],
  ...changes,
});
const made = (seed: number, faults: readonly Fault[]): Sample[] =>
  samples({ seed, seconds, startMs: upgradeStartMs, faults });

test("an outage is as long as nothing was answered in it, whatever fails before it on its own", () => {
  const single = fault(9_840, 1, { habits: ["fresh"], outcome: "reset" });
  const outages = outagesOf(made(3, [single, fault(10_000, 1_840, { outcome: "refused" })]));
  const fresh = outages.find(({ habit }) => habit === "fresh");
  expect(fresh?.durationMs).toBeGreaterThan(1_980);
  for (const { unansweredMs } of outages) expect(Math.abs(unansweredMs! - 1_840)).toBeLessThanOrEqual(20);
});

test("a request from long before that is answered in the middle of it does not make two of it", () => {
  const outage = made(8, [fault(10_000, 400, { outcome: "refused" })]);
  const straggling = outage.map((sample) =>
    sample.dueMs === upgradeStartMs + 9_900 ? { ...sample, durationMs: 300, outcome: "ok" as const } : sample,
  );
  expect(straggling).not.toEqual(outage);
  for (const { unansweredMs } of outagesOf(straggling)) expect(Math.abs(unansweredMs! - 400)).toBeLessThanOrEqual(20);
});

test("one target of three failing leaves little unanswered", () => {
  const [outage] = outagesOf(made(4, [fault(10_000, 2_000, { share: 1 / 3, outcome: "refused" })]));
  expect(outage?.kind).toBe("partial");
  expect(outage?.unansweredMs).toBeLessThan(200);
});

test("it is dated within 20 ms, whether requests fail, are answered once it is over, or seconds later", () => {
  const what = fc.constantFrom<Partial<Fault>>({ outcome: "reset" }, { addMs: "end" }, { addMs: 4500 });
  const length = fc.integer({ min: 100, max: 4000 });
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 8_000, max: 25_000 }), length, what, (seed, atMs, forMs, how) => {
      const outages = outagesOf(made(seed, [fault(atMs, forMs, how)]));
      expect(outages.length).toBeGreaterThan(0);
      const longest = Math.max(...outages.map(({ unansweredMs }) => unansweredMs!));
      expect(Math.abs(longest - forMs)).toBeLessThanOrEqual(20);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test("a service that stood still answers all at nearly one moment, in any order: that is one silence", () => {
  const outages = outagesOf(made(991, [fault(8_006, 106, { addMs: "end" })]));
  expect(outages.length).toBeGreaterThan(0);
  expect(Math.abs(Math.max(...outages.map(({ unansweredMs }) => unansweredMs!)) - 106)).toBeLessThanOrEqual(20);
});

test("an outage that lasts to the end of the run, or of one habit only", () => {
  const [atEnd] = outagesOf(made(5, [fault(28_000, 2_000, { outcome: "timeout" })]));
  expect(Math.abs(atEnd!.unansweredMs! - 2_000)).toBeLessThanOrEqual(20);
  const [kept] = outagesOf(made(6, [fault(10_000, 1_000, { habits: ["kept"], outcome: "reset" })]));
  expect(kept).toMatchObject({ habit: "kept", kind: "total" });
  expect(Math.abs(kept!.unansweredMs! - 1_000)).toBeLessThanOrEqual(25);
});
