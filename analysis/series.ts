import { lowerBound } from "./lower-bound.ts";
import { median } from "./statistics.ts";

/** Shorter answers than this are no different, in ms. */
const LEAST_MS = 0.05;
/** How far beyond the baseline's usual spread a window still counts in full, and a rise that always does. */
const CLIP = { spreads: 3, rise: Math.log(1.5) };

/** One figure of a window by the time that it begins. */
export interface Point {
  readonly startMs: number;
  readonly value: number;
}

/** What lies beyond it is an outlier. */
export interface Clip {
  readonly low: number;
  readonly high: number;
}

const logOf = ({ value }: Point): number => Math.log(Math.max(LEAST_MS, value));

/** From how a baseline's windows are spread: a single bad second must not make a bad half minute. */
export function clipOf(points: readonly Point[]): Clip {
  const sorted = Float64Array.from(points, logOf).sort();
  const middle = median(sorted);
  const spread = (sorted[Math.floor(0.9 * sorted.length)] ?? middle) - middle;
  return { low: middle - CLIP.spreads * spread, high: middle + CLIP.spreads * spread + CLIP.rise };
}

/** Logarithms of a figure over time, so that a mean of them is quick: by a factor is what latency rises and wanders. */
export class Series {
  readonly #starts: readonly number[];
  readonly #sums: Float64Array;

  constructor(points: readonly Point[], { low, high }: Clip) {
    this.#starts = points.map(({ startMs }) => startMs);
    this.#sums = new Float64Array(points.length + 1);
    points.forEach((point, i) => {
      this.#sums[i + 1] = this.#sums[i]! + Math.min(high, Math.max(low, logOf(point)));
    });
  }

  get length(): number {
    return this.#starts.length;
  }

  startMs(index: number): number {
    return this.#starts[index]!;
  }

  /** The logarithm of one window. */
  value(index: number): number {
    return this.#sums[index + 1]! - this.#sums[index]!;
  }

  /** How many windows begin in a stretch, and the sum of their logarithms. */
  within(fromMs: number, toMs: number): { readonly count: number; readonly sum: number } {
    const [from, to] = [this.firstFrom(fromMs), this.firstFrom(toMs)];
    return { count: to - from, sum: this.#sums[to]! - this.#sums[from]! };
  }

  /** NaN where no window begins in it. */
  mean(fromMs: number, toMs: number): number {
    const { count, sum } = this.within(fromMs, toMs);
    return sum / count;
  }

  /** Index of the first window that does not begin before. */
  firstFrom(ms: number): number {
    return lowerBound(0, this.#starts.length, (i) => this.#starts[i]! < ms);
  }
}
