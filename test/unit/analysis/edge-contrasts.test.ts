import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { EdgeContrasts } from "../../../analysis/edge-contrasts.ts";
import { random } from "../../../analysis/random.ts";
import type { Point } from "../../../analysis/series.ts";

/** A level that forgets over some windows, with noise of its own in each. */
function service(seed: number, length: number, { memory = 0.8, spread = 0.05, noise = 0.03 } = {}): Point[] {
  const next = random(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  let level = spread * normal();
  return Array.from({ length }, (_, i) => {
    level = memory * level + spread * Math.sqrt(1 - memory ** 2) * normal();
    return { startMs: i * 1000, value: 4 * Math.exp(level + noise * normal()) };
  });
}

const raised = (points: readonly Point[], from: number, factor: number): Point[] =>
  points.map(({ startMs, value }, i) => ({ startMs, value: i >= from && i < from + 30 ? factor * value : value }));

const options = { windowMs: 1000, unseen: 0 };
const at = (contrasts: EdgeContrasts, from: number) => contrasts.of(from * 1000, (from + 30) * 1000);
const seeds = fc.nat(1e6);
const begins = fc.integer({ min: 0, max: 170 });

describe("a half minute held against what the windows around it foretell", () => {
  test("is higher by what it was raised by, give or take its spread, and else by nothing", () => {
    const errors = [1, 1.2].flatMap((factor) =>
      Array.from({ length: 300 }, (_, seed) => {
        const from = 10 + (seed % 150);
        const upgrade = raised(service(seed + 5000, 200), from, factor);
        const { rise, spread } = at(new EdgeContrasts(service(seed, 290), upgrade, options), from)!;
        return (rise - Math.log(factor)) / spread;
      }),
    );
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const square = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
    expect(Math.abs(mean)).toBeLessThan(0.2);
    // A little more than 1: noise of single windows makes neighbours look less alike than the level is.
    expect(square).toBeGreaterThan(0.7);
    expect(square).toBeLessThan(1.8);
  });

  test("does not depend on the level of either run", () => {
    fc.assert(
      fc.property(seeds, begins, fc.double({ min: 0.5, max: 2, noNaN: true }), (seed, from, factor) => {
        const [before, after] = [service(seed, 290), service(seed + 1, 200)];
        const scaled = before.map(({ startMs, value }) => ({ startMs, value: factor * value }));
        const after2 = after.map(({ startMs, value }) => ({ startMs, value: factor * value }));
        const one = at(new EdgeContrasts(before, after, options), from)!;
        const other = at(new EdgeContrasts(scaled, after2, options), from)!;
        expect(other.rise).toBeCloseTo(one.rise, 6);
        expect(other.spread).toBeCloseTo(one.spread, 6);
      }),
    );
  });

  test("is seen better where the level remembers more of itself", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const known = (memory: number) =>
          new EdgeContrasts(service(seed, 3000, { memory, noise: 0 }), service(seed, 200), options).usual()!.spread;
        expect(known(0.99)).toBeLessThan(known(0.8));
      }),
      { numRuns: 20 },
    );
  });

  test("bears windows that are missing", () => {
    fc.assert(
      fc.property(
        seeds,
        begins,
        fc.integer({ min: 1, max: 199 }),
        fc.integer({ min: 1, max: 20 }),
        (seed, from, gap, missing) => {
          const upgrade = raised(service(seed + 1, 200), from, 3).filter((_, i) => i < gap || i >= gap + missing);
          const seen = at(new EdgeContrasts(service(seed, 290), upgrade, options), from);
          // What lies next to it, or far off, hides nothing: three times as slow is clipped to somewhat more than half as slow again.
          if (gap + missing <= from || gap >= from + 30) expect(seen!.rise).toBeGreaterThan(Math.log(1.2));
          else expect(seen === undefined || Number.isFinite(seen.rise)).toBe(true);
        },
      ),
    );
  });

  test("is held against nothing by a short baseline, or where it is all there is", () => {
    const few = new EdgeContrasts(service(1, 59), service(2, 200), options);
    expect([at(few, 50), few.usual()]).toEqual([undefined, undefined]);
    expect(at(new EdgeContrasts(service(1, 290), service(2, 30), options), 0)).toBeUndefined();
    expect(at(new EdgeContrasts(service(1, 290), [], options), 0)).toBeUndefined();
  });

  test("is no miracle where all windows are the same", () => {
    const same = Array.from({ length: 290 }, (_, i) => ({ startMs: i * 1000, value: 4 }));
    expect(at(new EdgeContrasts(same, same, options), 50)!.rise).toBeCloseTo(0, 9);
    expect(at(new EdgeContrasts(same, raised(same, 50, 1.2), options), 50)!.rise).toBeCloseTo(Math.log(1.2), 9);
  });
});
