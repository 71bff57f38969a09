import { describe, expect, test } from "@jest/globals";
import { choose } from "../../../analysis/search/choose.ts";
import { remedies } from "../../../analysis/search/remedies.ts";
import { searchReasons, searchReport } from "../../../analysis/search/report.ts";
import { attempt, sound } from "./fixture.ts";

const causes = (...args: Parameters<typeof remedies>): string[] => remedies(...args).map(({ cause }) => cause);

describe("what no interval can help", () => {
  test("one replica, all pods on one node, a budget that allows nothing", () => {
    expect(causes({ ...sound, pods: 1, nodes: 1 }, [attempt({})])).toEqual(["one-replica"]);
    expect(causes({ ...sound, nodes: 1 }, [attempt({})])).toEqual(["one-node"]);
    expect(remedies({ ...sound, nodes: 1, workers: 3 }, [attempt({})])[0]?.text).toMatch(
      /run on one node: spread them/,
    );
    expect(remedies({ ...sound, nodes: 1, workers: 1 }, [attempt({})])[0]?.text).toMatch(/mirror's only node: give/);
    const budgets = [{ name: "shop/strict", disruptionsAllowed: 0 }];
    expect(remedies({ ...sound, budgets }, [attempt({})])[0]?.text).toContain("shop/strict");
  });

  test("a missing probe or hook, but only when the very first drain hurt already", () => {
    const bare = { ...sound, readinessProbe: false, preStop: false };
    expect(causes(bare, [attempt({ firstTurn: true })])).toEqual(["no-readiness-probe", "no-pre-stop"]);
    expect(causes(bare, [attempt({ firstTurn: false })])).toEqual([]);
    expect(causes(bare, [attempt({ firstTurn: true, spot: "interval" })])).toEqual([]);
  });

  test("a load balancer that deregisters late, once a gentler roll hurt at the first termination again", () => {
    const hurt = attempt({ firstTurn: true, spot: "termination" });
    expect(causes(sound, [hurt])).toEqual([]);
    expect(causes(sound, [hurt, hurt])).toEqual(["late-deregistration"]);
    // A longer delay that is still to be tried may be long enough.
    expect(causes(sound, [hurt, hurt], ["5s", "30s"])).toEqual([]);
    const longest = { ...hurt, candidate: { ...hurt.candidate, postDrainDelay: "30s" } };
    expect(causes(sound, [hurt, longest], ["5s", "30s"])).toEqual(["late-deregistration"]);
  });

  test("a budget that allows nothing, which halts the roll before it disturbs anything", () => {
    const halted = attempt({ disturbed: false, longestMs: 0, interruptions: 0, failed: 0, spot: null });
    const budgets = [{ name: "shop/strict", disruptionsAllowed: 0 }];
    expect(causes({ ...sound, budgets }, [halted])).toEqual(["budget"]);
    expect(causes({ ...sound, pods: 1, budgets: [] }, [halted])).toEqual([]);
    expect(causes({ ...sound, budgets }, [{ ...halted, verdict: "SAFE" }])).toEqual([]);
    // No capacity, a load generator that died: nothing is known of the budget.
    expect(causes({ ...sound, budgets }, [{ ...halted, verdict: "INCONCLUSIVE" }])).toEqual([]);
  });

  test("a sound workload gets the benefit of a longer interval; a roll that hurt nobody needs no remedy", () => {
    expect(causes(sound, [attempt({})])).toEqual([]);
    expect(causes({ ...sound, pods: 1 }, [attempt({ verdict: "SAFE", disturbed: false })])).toEqual([]);
    expect(causes({ ...sound, pods: 1 }, [])).toEqual([]);
  });
});

describe("the roll that is recommended", () => {
  const slow = attempt({
    verdict: "SAFE",
    disturbed: false,
    longestMs: 0,
    production: { minutes: 500, low: 1, high: 1 },
  });
  const quick = attempt({
    verdict: "SAFE",
    disturbed: false,
    longestMs: 0,
    production: { minutes: 50, low: 1, high: 1 },
  });

  test("is the best verdict, then the shortest interruption, then the quickest for production", () => {
    expect(choose([attempt({}), slow])).toBe(1);
    expect(choose([slow, quick])).toBe(1);
    expect(choose([attempt({ longestMs: 900 }), attempt({ longestMs: 300 }), attempt({ longestMs: 300 })])).toBe(1);
    expect(choose([attempt({ verdict: "DEGRADED" }), attempt({ verdict: "INCONCLUSIVE", longestMs: 0 })])).toBe(0);
    // One that halted interrupted nobody, and is no roll to repeat.
    expect(choose([attempt({ disturbed: false, longestMs: 0 }), attempt({ longestMs: 5000 })])).toBe(1);
    expect(() => choose([])).toThrow(RangeError);
  });

  test("is told with what to change when none was safe", () => {
    const found = { attempts: [attempt({})], chosen: 0, ended: "no interval can help", remedies: ["run 2 replicas"] };
    expect(searchReasons(found)).toEqual([
      "The search for intervals ended after 1 roll: no interval can help; intervals 15s/15s and post-drain delay 5s disturbed least",
      "Change instead: run 2 replicas",
    ]);
    expect(searchReport(found).attempts[0]).toMatchObject({
      verdict: "UNSAFE",
      longestMs: 1500,
      productionMinutes: 30,
    });
  });

  test("is told with how many rolls it took; a first roll that was safe needs no word", () => {
    const found = { attempts: [attempt({}), slow], chosen: 1, ended: "found", remedies: [] };
    expect(searchReasons(found)).toEqual([
      "Roll 2 of 2, with intervals 15s/15s and post-drain delay 5s, is the quickest that disturbed nothing",
    ]);
    expect(searchReasons({ ...found, attempts: [slow], chosen: 0 })).toEqual([]);
  });
});
