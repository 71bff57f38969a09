import { describe, expect, test } from "@jest/globals";
import type { Outage } from "../../../analysis/verdict-schema.ts";
import { candidateRows, intervalsText, turnRows } from "../../../report/intervals.ts";
import { turns } from "../../../report/turns.ts";
import { upgradeStartMs } from "../analysis/synthetic.ts";
import { badData, reportData, withEverything } from "./example.ts";

const good = reportData();
const outage = (atSeconds: number, durationMs: number): Outage => ({
  ...badData().verdict.outages[0]!,
  start: new Date(upgradeStartMs + atSeconds * 1000).toISOString(),
  durationMs,
});
const withOutages = (...outages: Outage[]) => ({ ...good, verdict: { ...good.verdict, outages } });

describe("what each interval bought", () => {
  test("an interval that passes while the new instance boots costs nothing", () => {
    // Terminated 6 s into the turn, the new node ready 10 s later, an interval of 8 s.
    const [first] = turns(good);
    expect(first).toMatchObject({ node: "i-0c0ffee", drainMs: 6000, intervalMs: 8000, readyMs: 10_000, addedMs: 0 });
    expect(turnRows(turns(good), good.verdict)[0]!.bought).toBe("nothing, and cost nothing");
  });

  test("what goes beyond the boot is added, up to the turn's end", () => {
    const verdict = { ...good.verdict, intervals: { controlPlane: "12s", node: "10m" } };
    const rolled = turns({ ...good, verdict });
    expect(rolled.map(({ addedMs }) => addedMs)).toEqual([2000, 9000, 9000, 10_000]);
    expect(intervalsText(rolled, verdict)).toContain("Intervals of 12s and 10m added 30 s to a roll of 1m46s");
    expect(intervalsText(rolled, verdict)).toContain("For 50 nodes in production they add 8.3 min at most.");
  });

  test("an interruption after the termination is what an interval is for; one in the drain is not", () => {
    // The second node is drained from 36 s on, terminated at 41 s; its turn ends at 60 s.
    const after = turns(withOutages(outage(42, 1500)))[1]!;
    expect(after).toMatchObject({ interruptedMs: { drain: 0, after: 1500 }, calmAfterMs: 2500, tooShort: false });
    const drain = turns(withOutages(outage(37, 1500)))[1]!;
    expect(drain).toMatchObject({ interruptedMs: { drain: 1500, after: 0 }, calmAfterMs: null });
    const data = withOutages(outage(37, 1500), outage(70, 20_000));
    const rows = turnRows(turns(data), data.verdict);
    expect(rows.map(({ bought }) => bought)).toEqual([
      "nothing, and cost nothing",
      "nothing: the drain interrupted, not the termination",
      "too little: it was still interrupted when the turn ended",
      "nothing, and cost nothing",
    ]);
    expect(rows.map(({ bad }) => bad)).toEqual([false, true, true, false]);
  });

  test("each roll of a search is held against the one before it", () => {
    const rows = candidateRows(withEverything(good.verdict));
    expect(rows.map(({ cost, bought, chosen }) => ({ cost, bought, chosen }))).toEqual([
      { cost: "-", bought: "-", chosen: false },
      {
        cost: "+50 min",
        bought: "longest interruption 1.84 s → none; p99 279 → 12.1 ms; failed 368 → 0",
        chosen: true,
      },
    ]);
    expect(rows[1]!.pacing).toBe("2. 1m / 1m, post-drain delay 5s, maxSurge 2");
    expect(candidateRows(good.verdict)).toEqual([]);
  });

  test("a roll without a replaced node has nothing to say", () => {
    expect(turns({ ...good, events: [] })).toEqual([]);
    expect(intervalsText([], good.verdict)).toBeUndefined();
  });
});
