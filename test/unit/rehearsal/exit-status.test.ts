import { expect, test } from "@jest/globals";
import { verdicts } from "../../../analysis/verdict-schema.ts";
import { exitStatus, exitStatusHelp, verdictStatus } from "../../../rehearsal/exit-status.ts";
import { loadExit } from "../../../rehearsal/load/exit.ts";

test("each verdict and each failure has a status of its own, and help names them", () => {
  const all = Object.values(exitStatus);
  expect(new Set(all).size).toBe(all.length);
  for (const status of all) expect(exitStatusHelp).toMatch(new RegExp(`^  ${status} `, "m"));
});

test("the statuses that callers rely on", () => {
  expect(exitStatus).toEqual({
    SAFE: 0,
    failure: 1,
    usage: 2,
    DEGRADED: 10,
    UNSAFE: 11,
    INCONCLUSIVE: 12,
    stale: 13,
    preflight: 14,
    interrupted: 130,
  });
});

test("0 for accepted verdicts and for no others", () => {
  for (const verdict of verdicts) {
    for (const accepted of [[], ["SAFE"], ["SAFE", "DEGRADED"], ["UNSAFE"], [...verdicts]] as const) {
      const accepts = (accepted as readonly string[]).includes(verdict);
      expect(verdictStatus(verdict, accepted) === 0).toBe(accepts);
    }
  }
  expect(verdictStatus("DEGRADED")).toBe(10);
});

test.each([
  [0, false, "finished"],
  [99, false, "thresholds"],
  [105, true, "finished"],
  [105, false, "aborted"],
  [103, false, "aborted"],
  [108, false, "aborted"],
  [104, false, "failed"],
  [107, false, "failed"],
  [109, true, "failed"],
  [undefined, false, "failed"],
  [undefined, true, "failed"],
] as const)("k6 exit status %s, stopped by us %s: %s", (code, stopped, expected) => {
  expect(loadExit(code, stopped)).toBe(expected);
});
