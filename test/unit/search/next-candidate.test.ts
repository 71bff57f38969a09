import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { durationMs } from "../../../analysis/duration.ts";
import { spots, type Attempt, type Candidate } from "../../../analysis/search/attempt.ts";
import { nextCandidate, type Ladders } from "../../../analysis/search/next-candidate.ts";
import { attempt } from "./fixture.ts";

const ladders: Ladders = {
  intervals: ["15s", "1m", "5m", "10m"],
  postDrainDelays: ["5s", "30s"],
  maxSurges: [2],
  maxRolls: 20,
};

describe("the next roll of a search", () => {
  test("has longer intervals when the service was hurt in a drain", () => {
    expect(nextCandidate(ladders, [attempt({ spot: "drain" })])).toEqual({
      controlPlane: "1m",
      node: "1m",
      postDrainDelay: "5s",
    });
  });

  test("has a longer post-drain delay when it was hurt as nodes died", () => {
    expect(nextCandidate(ladders, [attempt({ spot: "termination" })])).toMatchObject({
      node: "15s",
      postDrainDelay: "30s",
    });
  });

  test("has a larger surge when evicted pods found no room", () => {
    expect(nextCandidate(ladders, [attempt({ spot: "capacity" })])).toMatchObject({ node: "15s", maxSurge: 2 });
  });

  test("goes on with what is left when a ladder is at its end", () => {
    const candidate = { controlPlane: "10m", node: "10m", postDrainDelay: "5s" };
    expect(nextCandidate(ladders, [attempt({ spot: "drain", candidate })])).toEqual({
      ...candidate,
      postDrainDelay: "30s",
    });
  });

  test("there is none after a roll that disturbed nothing, or beyond maxRolls", () => {
    expect(nextCandidate(ladders, [attempt({ verdict: "SAFE", disturbed: false })])).toBeUndefined();
    expect(nextCandidate({ ...ladders, maxRolls: 1 }, [attempt({})])).toBeUndefined();
    expect(nextCandidate(ladders, [])).toBeUndefined();
  });

  test("is never less gentle and never tried twice, and the search ends, wherever it hurts", () => {
    const where = fc.array(fc.constantFrom<Attempt["spot"]>(...spots, null), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(where, fc.integer({ min: 1, max: 20 }), (spotAt, maxRolls) => {
        const tried: Attempt[] = [];
        const seen = new Set<string>();
        let candidate: Candidate | undefined = { controlPlane: "15s", node: "15s", postDrainDelay: "5s" };
        while (candidate !== undefined) {
          expect(seen.has(JSON.stringify(candidate))).toBe(false);
          seen.add(JSON.stringify(candidate));
          const before = tried.at(-1)?.candidate;
          if (before !== undefined) {
            for (const key of ["controlPlane", "node", "postDrainDelay"] as const)
              expect(durationMs(candidate[key])).toBeGreaterThanOrEqual(durationMs(before[key]));
            expect(candidate.maxSurge ?? 1).toBeGreaterThanOrEqual(before.maxSurge ?? 1);
          }
          tried.push(attempt({ candidate, spot: spotAt[tried.length] ?? null }));
          candidate = nextCandidate({ ...ladders, maxRolls }, tried);
        }
        expect(tried.length).toBeLessThanOrEqual(Math.min(maxRolls, 6));
      }),
    );
  });
});
