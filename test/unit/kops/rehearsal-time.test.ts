import { describe, expect, test } from "@jest/globals";
import { rehearsalMinutes, rollLimitMinutes, rollsOf, type MoreRolls } from "../../../kops/rehearsal-time.ts";

describe("how often a mirror is rolled at most", () => {
  test.each<[string, MoreRolls, { upgrade: number; wayBack: number }]>([
    ["an upgrade", { rehearseRevert: "never" }, { upgrade: 1, wayBack: 0 }],
    ["the way back after it", { rehearseRevert: "after" }, { upgrade: 1, wayBack: 1 }],
    ["half an upgrade and the way back", { rehearseRevert: "midRoll" }, { upgrade: 1, wayBack: 2 }],
    ["a search", { search: { maxRolls: 6, again: "force" }, rehearseRevert: "never" }, { upgrade: 6, wayBack: 0 }],
    [
      "a search that goes back each time",
      { search: { maxRolls: 6, again: "upgrade" }, rehearseRevert: "after" },
      { upgrade: 11, wayBack: 1 },
    ],
    [
      "a search of one",
      { search: { maxRolls: 1, again: "upgrade" }, rehearseRevert: "never" },
      { upgrade: 1, wayBack: 0 },
    ],
  ])("%s", (_, settings, rolls) => {
    expect(rollsOf(settings)).toEqual(rolls);
  });

  test("each roll has its whole time limit", () => {
    const times = {
      groups: [{ controlPlane: true, size: 1 }],
      pace: { controlPlane: "10m", node: "10m", postDrainDelay: "0s", validateCount: 1 },
      baselineSeconds: 600,
      rollTimeoutMinutes: 240,
    };
    const { least, most } = rehearsalMinutes({ ...times, rolls: { upgrade: 1, wayBack: 0 } });
    expect([least, most]).toEqual([20, 490]);
    expect(rehearsalMinutes({ ...times, rolls: { upgrade: 6, wayBack: 0 } })).toEqual({ least, most: most + 5 * 300 });
    expect(rehearsalMinutes({ ...times, rolls: { upgrade: 1, wayBack: 1 } })).toEqual({ least: 30, most: most + 300 });
    expect(rollLimitMinutes(6, 240)).toBe(1800);
  });
});
