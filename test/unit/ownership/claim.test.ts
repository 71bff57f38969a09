import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { claim } from "../../../ownership/claim.ts";
import { ownershipOf, ownershipTags, tagKeys, withTags } from "../../../ownership/tags.ts";
import { claimCommand } from "../../../rehearsal/commands/claim.ts";

const now = new Date("2026-11-25T10:00:00.500Z");
const made = (input: Parameters<typeof claim>[0]) => claim(input, now, () => "new");

describe("a claim", () => {
  test("ends a day after the longest that the rehearsal can take", () => {
    expect(made({ forecastMinutes: 60 })).toEqual({ owner: "new", expiresAt: "2026-11-26T11:00:01Z" });
  });

  test("or when the settings say, and keeps its owner when it is made again", () => {
    const previous = { owner: "old", expiresAt: "2026-11-25T11:00:00Z" };
    expect(made({ forecastMinutes: 60, ttlHours: 2, previous })).toEqual({
      owner: "old",
      expiresAt: "2026-11-25T12:00:01Z",
    });
  });

  test("is never over before it was asked for, whatever the time", () => {
    const anyDate = fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(anyDate, fc.double({ min: 1, max: 1000, noNaN: true }), (at, ttlHours) => {
        const { expiresAt } = claim({ forecastMinutes: 1, ttlHours }, at, () => "new");
        expect(expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(new Date(expiresAt).getTime()).toBeGreaterThanOrEqual(at.getTime() + Math.floor(ttlHours * 3_600_000));
      }),
    );
  });
});

describe("the command", () => {
  const stdin = JSON.stringify({ forecastMinutes: 60 });

  test("makes a new owner each time, and keeps the one that Pulumi knows", () => {
    const first = claimCommand(stdin, {}, now);
    expect(claimCommand(stdin, {}, now).owner).not.toBe(first.owner);
    const again = claimCommand(
      stdin,
      { PULUMI_COMMAND_STDOUT: JSON.stringify(first), REHEARSAL_TTL_HOURS: "1.5" },
      now,
    );
    expect(again).toEqual({ owner: first.owner, expiresAt: "2026-11-25T11:30:01Z" });
  });

  test.each([
    ["", {}],
    [stdin, { REHEARSAL_TTL_HOURS: "soon" }],
    [stdin, { PULUMI_COMMAND_STDOUT: "{}" }],
  ])("refuses input that it was not made for: %j %j", (text, env) => {
    expect(() => claimCommand(text, env, now)).toThrow("What the claim of a mirror was given is wrong");
  });
});

describe("tags", () => {
  const ownership = {
    owner: "o",
    stack: "staging",
    cluster: "m.example.com",
    region: "us-east-1",
    expiresAt: "2026-11-26T10:00:00Z",
  };

  test("say whose a resource is; what has none of a mirror's is nobody's", () => {
    expect(ownershipOf({ Name: "x", ...ownershipTags(ownership) })).toEqual(ownership);
    expect(ownershipOf({ Name: "x", [tagKeys.cluster]: "m.example.com" })).toBeUndefined();
    expect(ownershipOf({ [tagKeys.owner]: "" })).toBeUndefined();
  });

  test("have only characters that every service of AWS allows in tags, and that an annotation can list", () => {
    const tags = ownershipTags(ownership);
    for (const text of Object.entries(tags).flat()) expect(text).toMatch(/^[A-Za-z0-9 _.:/+@-]{1,127}$/);
    expect(withTags("a=b", { c: "d" })).toBe("a=b,c=d");
    expect(withTags(undefined, {})).toBe("");
  });
});
