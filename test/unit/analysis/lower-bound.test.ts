import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { lowerBound } from "../../../analysis/lower-bound.ts";

test("the first of what is ordered that does not come before; the end when there is none", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.integer({ min: 0, max: 21 }),
      fc.nat(5),
      (all, least, from) => {
        const sorted = all.toSorted((a, b) => a - b);
        const start = Math.min(from, sorted.length);
        const expected = sorted.findIndex((value, i) => i >= start && value >= least);
        expect(lowerBound(start, sorted.length, (i) => sorted[i]! < least)).toBe(
          expected < 0 ? sorted.length : expected,
        );
      },
    ),
  );
});
