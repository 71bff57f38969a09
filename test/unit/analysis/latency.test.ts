import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compareLatency } from "../../../analysis/latency.ts";
import type { ComparedLatency } from "../../../analysis/latency.ts";
import { random } from "../../../analysis/random.ts";
import type { LatencyWindows, Window } from "../../../analysis/windows.ts";

/** From window to window, from which on the level is multiplied for everything, the slowest tenth only, the canary. */
interface Rise {
  readonly from: number;
  readonly to: number;
  readonly all?: number;
  readonly tail?: number;
  readonly canary?: number;
}

/** Windows of a service whose level wanders over minutes by `wander` (standard deviation of its logarithm). */
function windows(seed: number, length: number, wander: number, rise?: Rise): LatencyWindows {
  const next = random(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const [cluster, canary]: [Window[], Window[]] = [[], []];
  const memory = Math.exp(-1 / 60);
  let level = wander * normal();
  for (let i = 0; i < length; i++) {
    level = memory * level + wander * Math.sqrt(1 - memory ** 2) * normal();
    const hit = rise !== undefined && i >= rise.from && i < rise.to ? rise : undefined;
    const [all, tail] = [Math.exp(level) * (hit?.all ?? 1), hit?.tail ?? 1];
    const noisy = (ms: number, spread: number): number => ms * Math.exp(spread * normal());
    const startMs = i * 1000;
    const p50 = noisy(4 * all, 0.03);
    const p95 = noisy(9 * all * tail, 0.07);
    cluster.push({ startMs, p50, p95, p99: Math.max(p95, noisy(13 * all * tail, 0.13)) });
    const own = noisy(0.6 * (hit?.canary ?? 1), 0.1);
    canary.push({ startMs, p50: own, p95: 1.5 * own, p99: 1.6 * own });
  }
  return { windowMs: 1000, cluster, canary };
}

const compare = (seed: number, wander: number, rise?: Rise): ComparedLatency =>
  compareLatency(windows(seed, 290, wander), windows(seed + 1_000_003, 590, wander, rise), []);
const alarmed = ({ p99, parts }: ComparedLatency): boolean => p99?.real === true || parts.length > 0;

const seed = fc.nat(1e6);
const from = fc.integer({ min: 20, max: 540 });

describe("latency", () => {
  test("raises hardly any alarm over a service that wanders, a little or a lot", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (of) => {
        const alarms = [0, 0.02, 0.1, 0.2].flatMap((wander) =>
          Array.from({ length: 6 }, (_, i) => compare(of + 7919 * i, wander)).filter(alarmed),
        );
        // One of 500 is the most that calibration allows for: three of 24 are one in 60,000.
        expect(alarms.length).toBeLessThan(3);
      }),
      { numRuns: 1 },
    );
  });

  test("finds everything slower by 30 % for 30 s in a calm service, and says where", () => {
    fc.assert(
      fc.property(seed, from, (of, at) => {
        const { parts } = compare(of, 0.01, { from: at, to: at + 30, all: 1.3 });
        expect(parts.some(({ where }) => Math.abs(Number(/began (\d+) s/.exec(where)?.[1]) - at) <= 15)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  test("finds the slowest tenth slower by 20 % for 30 s, however the level of all wanders", () => {
    fc.assert(
      fc.property(seed, from, (of, at) => {
        const { parts } = compare(of, 0.2, { from: at, to: at + 30, tail: 1.25 });
        expect(parts.some(({ against }) => against === "median")).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  test("promises to see no 20 % where the service itself wanders by as much, and sees what it promises", () => {
    const usual = 9;
    expect(compare(1, 0.2).detectable.p95RiseMs ?? Infinity).toBeGreaterThan(0.3 * usual);
    fc.assert(
      fc.property(seed, from, fc.constantFrom(0, 0.02), (of, at, wander) => {
        const { p95RiseMs } = compare(of, wander).detectable;
        const factor = 1 + (2 * p95RiseMs!) / usual;
        expect(alarmed(compare(of, wander, { from: at, to: at + 30, all: factor }))).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  test("takes off twice what the canary rose by", () => {
    const rise = { from: 100, to: 400, all: 1.6 };
    expect(alarmed(compare(3, 0.01, rise))).toBe(true);
    // The service's p95 is higher by 5.4 ms, the canary's by 3.6 ms.
    expect(alarmed(compare(3, 0.01, { ...rise, canary: 5 }))).toBe(false);
  });

  test("makes no half minute out of a single bad second", () => {
    expect(alarmed(compare(4, 0.01, { from: 200, to: 201, all: 100 }))).toBe(false);
  });

  test("says nothing with fewer than ten windows, and promises nothing", () => {
    const few = windows(5, 9, 0);
    expect(compareLatency(few, windows(6, 100, 0, { from: 0, to: 100, all: 9 }), [])).toEqual({
      p50: null,
      p99: null,
      parts: [],
      detectable: { p95RiseMs: null, p99RiseMs: null, tailRiseMs: null },
    });
  });
});
