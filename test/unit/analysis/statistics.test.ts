import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  autocorrelation,
  hodgesLehmann,
  mannWhitney,
  median,
  rateRise,
  upperTail,
  wilson95,
} from "../../../analysis/statistics.ts";

describe("wilson95", () => {
  test("agrees with published values", () => {
    const [low, high] = wilson95(10, 100);
    expect(low).toBeCloseTo(0.0552, 4);
    expect(high).toBeCloseTo(0.1744, 4);
    expect(wilson95(0, 10)[1]).toBeCloseTo(0.2775, 4);
  });

  test("holds the ratio, within 0 to 1", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), (a, b) => {
        const [failed, requests] = [Math.min(a, b), Math.max(a, b)];
        const [low, high] = wilson95(failed, requests);
        const ratio = requests === 0 ? 0 : failed / requests;
        return 0 <= low && low <= ratio + 1e-12 && ratio <= high + 1e-12 && high <= 1;
      }),
    );
  });
});

describe("upperTail", () => {
  test.each([
    [0, 0.5],
    [1.959964, 0.025],
    [-1, 0.8413447],
    [6, 9.865876e-10],
  ])("of %d", (z, p) => expect(upperTail(z) / p).toBeCloseTo(1, 5));
});

describe("rateRise", () => {
  test("is the tail of a binomial", () => {
    // 5 of 5 failures in the second of two equally long runs: (1/2)^5.
    expect(rateRise(0, 100, 5, 100)).toBeCloseTo(1 / 32, 10);
    expect(rateRise(5, 100, 0, 100)).toBe(1);
    expect(rateRise(1, 100, 1, 100)).toBeCloseTo(0.75, 10);
  });

  test("falls with each failure more", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 300 }), (a, b) => {
        expect(rateRise(a, 1000, b + 1, 2000)).toBeLessThanOrEqual(rateRise(a, 1000, b, 2000) + 1e-12);
      }),
    );
  });
});

test("hodgesLehmann finds a plain shift", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 }), fc.nat(100), (a, d) => {
      expect(
        hodgesLehmann(
          a,
          a.map((value) => value + d),
        ),
      ).toBeCloseTo(d, 9);
    }),
  );
});

describe("mannWhitney", () => {
  const a = Array.from({ length: 20 }, (_, i) => i);
  test("tells apart what does not overlap, and not what is the same", () => {
    expect(
      mannWhitney(
        a,
        a.map((value) => value + 100),
        1,
      ),
    ).toBeLessThan(1e-6);
    expect(mannWhitney(a, a, 1)).toBeGreaterThan(0.4);
  });

  test("never rises when a value does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 5, maxLength: 20 }),
        fc.array(fc.nat(50), { minLength: 5, maxLength: 20 }),
        fc.nat(100),
        (before, during, by) => {
          const raised = during.map((value, i) => (i === 0 ? value + by : value));
          expect(mannWhitney(before, raised, 1)).toBeLessThanOrEqual(mannWhitney(before, during, 1) + 1e-12);
        },
      ),
    );
  });
});

test("autocorrelation is high for a slow drift and none for a flip-flop", () => {
  expect(autocorrelation(Array.from({ length: 50 }, (_, i) => i))).toBe(0.9);
  expect(autocorrelation(Array.from({ length: 50 }, (_, i) => i % 2))).toBe(0);
});

test("median of even and odd counts", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
