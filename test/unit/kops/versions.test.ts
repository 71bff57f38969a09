import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { durationSeconds, rollFloorMinutes, scheduleFloorMinutes } from "../../../kops/forecast.ts";
import { kopsMinor, upgradeProblem, versionProblem } from "../../../kops/versions.ts";

describe("versions", () => {
  test.each(["1.34.3", "1.35.0", "1.29.0"])("%s is fine", (version) => {
    expect(versionProblem(version)).toBeUndefined();
  });
  test.each(["", "latest", "1.34", "v1.34.3", "1.34.03", "1.36.0", "2.0.0", "1.11.6"])("%j is not", (version) => {
    expect(versionProblem(version)).toMatch(/^is /);
  });
  test.each([
    ["1.34.3", "1.35.0", undefined],
    ["1.34.3", "1.34.5", undefined],
    ["1.34.3", "1.34.3", "nothing to rehearse"],
    ["1.34.3", "1.34.2", "downgrade"],
    ["1.35.0", "1.34.9", "downgrade"],
    ["1.33.1", "1.35.0", "1.34 first"],
  ])("%s -> %s", (from, to, problem) => {
    if (problem === undefined) expect(upgradeProblem(from, to)).toBeUndefined();
    else expect(upgradeProblem(from, to)).toContain(problem);
  });

  test("an upgrade is never allowed in both directions", () => {
    const version = fc
      .tuple(fc.integer({ min: 29, max: kopsMinor }), fc.nat(20))
      .map(([minor, patch]) => `1.${minor}.${patch}`);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(upgradeProblem(a, b) === undefined && upgradeProblem(b, a) === undefined).toBe(false);
      }),
    );
  });
});

describe("forecast", () => {
  test.each([
    ["15s", 15],
    ["10m", 600],
    ["1h30m", 5400],
    ["1.5s", 1.5],
    ["250ms", 0.25],
  ])("%s is %d s", (duration, seconds) => {
    expect(durationSeconds(duration)).toBe(seconds);
  });

  test("the article: 50 nodes with an interval of 10 minutes take 500 minutes", () => {
    expect(scheduleFloorMinutes(50, "10m")).toBe(500);
  });

  test("the floor of a roll adds up kops' own pauses", () => {
    const groups = [1, 2, 0].map((size, i) => ({ controlPlane: i === 0, size }));
    const pace = { controlPlane: "1m", node: "2m", postDrainDelay: "0s", validateCount: 1 };
    // 1 control-plane instance (1 min), 1 surge (2 min), 2 nodes (2 min each), a group without instances.
    expect(rollFloorMinutes(groups, pace)).toBe(7);
  });
});
