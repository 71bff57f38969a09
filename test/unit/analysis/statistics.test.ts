import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  hodgesLehmann,
  longRunInflation,
  median,
  rateRise,
  studentQuantile,
  studentTail,
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

describe("Student's t", () => {
  test.each([
    [2.262157, 9, 0.025],
    [3.249836, 9, 0.005],
    [4.296806, 9, 0.001],
    [2.976843, 14, 0.005],
  ])("%d with %d degrees of freedom", (t, freedom, p) => {
    expect(studentTail(t, freedom) / p).toBeCloseTo(1, 1);
    expect(studentTail(-t, freedom)).toBeCloseTo(1 - p, 2);
    expect(studentQuantile(p, freedom) / t).toBeCloseTo(1, 1);
  });

  test("quantile and tail undo each other", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-8, max: 0.4, noNaN: true }), fc.integer({ min: 2, max: 100 }), (p, freedom) => {
        expect(studentTail(studentQuantile(p, freedom), freedom) / p).toBeCloseTo(1, 4);
      }),
    );
  });
});

test("longRunInflation is high for a slow drift and none for a flip-flop", () => {
  expect(
    longRunInflation(
      Array.from({ length: 300 }, (_, i) => Math.sin(i / 20)),
      30,
    ),
  ).toBeGreaterThan(15);
  expect(
    longRunInflation(
      Array.from({ length: 50 }, (_, i) => i % 2),
      8,
    ),
  ).toBe(1);
});

test("median of even and odd counts", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
