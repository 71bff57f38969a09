import { probit } from "simple-statistics";
import { limits } from "./limits.ts";
import { countBelow, hodgesLehmann, median, longRunInflation, studentTail, studentQuantile } from "./statistics.ts";

/** Windows further apart than this are taken to be independent: half a minute, as long as a stretch. */
const BANDWIDTH = 30;
/** Windows that stand for a baseline where every pair of them is looked at. */
const ENOUGH = 300;

/**
 * One percentile of the baseline's windows, for others to be held against. Everything is done on ranks, which outliers do
 * not bend: van der Waerden's test, in which each window scores what a normal variable of its rank would be. The spread of a
 * mean score is widened by how alike neighbouring windows of the baseline are, up to half a minute apart. A baseline of some
 * minutes tells that only roughly, so that it is taken together with what is usual for a service (`limits.usualInflation`),
 * as Smyth (2004) moderates a variance.
 */
export class Reference {
  readonly median: number;
  readonly #values: readonly number[];
  readonly #sorted: Float64Array;
  /** Score of a value that exceeds half as many of the baseline's as its index, those that it equals counted half. */
  readonly #scores: Float64Array;
  readonly #inflation: number;
  readonly #freedom: number;

  constructor(values: readonly number[]) {
    const { length } = values;
    this.#values = values;
    this.#sorted = Float64Array.from(values).sort();
    this.median = median(values);
    this.#scores = Float64Array.from({ length: 2 * length + 1 }, (_, twice) => probit((twice + 1) / (2 * length + 2)));
    const own = values.map((value) => this.score(value));
    const bandwidth = Math.max(1, Math.min(BANDWIDTH, Math.floor(length / 6)));
    const freedom = (1.5 * length) / bandwidth;
    const { usualInflation, usualInflationFreedom } = limits;
    this.#freedom = freedom + usualInflationFreedom;
    this.#inflation =
      (freedom * longRunInflation(own, bandwidth) + usualInflationFreedom * usualInflation) / this.#freedom;
  }

  get length(): number {
    return this.#values.length;
  }

  /** 0 in the middle of the baseline's windows, about 1 above five of six of them. */
  score(value: number): number {
    return this.#scores[countBelow(this.#sorted, value) + countBelow(this.#sorted, value, true)]!;
  }

  /** Spread of the mean score of so many windows that are like the baseline's; a single score's variance is 1. */
  #spread(windows: number): number {
    return Math.sqrt(this.#inflation * (1 / windows + 1 / this.#sorted.length));
  }

  /** How likely the mean score of so many windows is at least this if they are like the baseline's; one comparison. */
  p(meanScore: number, windows: number): number {
    return studentTail(meanScore / this.#spread(windows), this.#freedom);
  }

  /** How far other values lie above the baseline's. */
  shift(values: readonly number[]): number {
    return hodgesLehmann(this.#values, values);
  }

  /**
   * The factor by which so many windows have to rise so that their mean score is significant 19 times of 20: with 1.65 standard
   * deviations to spare. Infinity when no rise is.
   */
  detectable(windows: number, significance: number): number {
    const spread = this.#spread(windows);
    const wanted = studentQuantile(significance, this.#freedom) * spread + 1.65 * spread;
    const values = thinned(this.#sorted, ENOUGH);
    const meanScore = (factor: number): number =>
      values.reduce((sum, value) => sum + this.score(value * factor), 0) / values.length;
    let [low, high] = [1, 4];
    if (meanScore(high) < wanted) return Infinity;
    while (high - low > 0.001) {
      const middle = (low + high) / 2;
      if (meanScore(middle) < wanted) low = middle;
      else high = middle;
    }
    return high;
  }
}

const thinned = (values: Float64Array, most: number): number[] =>
  values.length <= most
    ? [...values]
    : Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)]!);
