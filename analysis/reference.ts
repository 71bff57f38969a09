import { countBelow, hodgesLehmann, median, longRunInflation, studentTail, studentQuantile } from "./statistics.ts";

/** Windows further apart than this are taken to be independent: half a minute, as long as a stretch. */
const BANDWIDTH = 30;

/**
 * One percentile of the baseline's windows, for others to be held against. Everything is done on ranks, which outliers do
 * not bend; and the spread of a mean rank is widened by how alike neighbouring windows of the baseline are, up to half a
 * minute apart.
 */
export class Reference {
  readonly median: number;
  readonly #values: readonly number[];
  readonly #sorted: Float64Array;
  readonly #inflation: number;
  readonly #freedom: number;
  readonly #noise = new Map<number, number>();

  constructor(values: readonly number[]) {
    this.#values = values;
    this.#sorted = Float64Array.from(values).sort();
    this.median = median(values);
    const bandwidth = Math.max(1, Math.min(BANDWIDTH, Math.floor(values.length / 6)));
    this.#inflation = longRunInflation(
      values.map((value) => this.rank(value)),
      bandwidth,
    );
    this.#freedom = (1.5 * values.length) / bandwidth;
  }

  get length(): number {
    return this.#values.length;
  }

  /** Which share of the baseline's windows a value exceeds, those that it equals counted half. */
  rank(value: number): number {
    return (countBelow(this.#sorted, value) + countBelow(this.#sorted, value, true)) / (2 * this.#sorted.length);
  }

  /** Spread of the mean rank of so many windows that are like the baseline's. */
  #spread(windows: number): number {
    return Math.sqrt((this.#inflation / 12) * (1 / windows + 1 / this.#sorted.length));
  }

  /** How likely the mean rank of so many windows is at least this if they are like the baseline's; one comparison. */
  p(meanRank: number, windows: number): number {
    return studentTail((meanRank - 0.5) / this.#spread(windows), this.#freedom);
  }

  /** How far other values lie above the baseline's. */
  shift(values: readonly number[]): number {
    return hodgesLehmann(this.#values, values);
  }

  /** The largest shift between a stretch of the baseline and the rest of it, for stretches of so many windows. */
  noise(windows: number): number {
    const stretch = Math.max(5, Math.min(windows, Math.floor(this.length / 2)));
    const known = this.#noise.get(stretch) ?? stretchNoise(this.#values, stretch);
    this.#noise.set(stretch, known);
    return known;
  }

  /**
   * The rise of so many windows that is found 19 times of 20; infinite when none is. If all values rise by d, their mean rank
   * is the share of pairs of the baseline's values that lie less than d apart.
   */
  detectable(windows: number, significance: number): number {
    const rank = 0.5 + (studentQuantile(significance, this.#freedom) + 1.65) * this.#spread(windows);
    if (rank > 0.995) return Infinity;
    const values = thinned(this.#sorted, 300);
    const apart = Float64Array.from(values.flatMap((x) => values.map((y) => y - x))).sort();
    return Math.max(this.noise(windows), apart[Math.ceil(apart.length * rank) - 1]!);
  }
}

function stretchNoise(values: readonly number[], stretch: number): number {
  let noise = 0;
  for (let start = 0; start + stretch <= values.length; start += stretch) {
    const rest = [...values.slice(0, start), ...values.slice(start + stretch)];
    if (rest.length > 0) noise = Math.max(noise, Math.abs(hodgesLehmann(rest, values.slice(start, start + stretch))));
  }
  return noise;
}

const thinned = (values: Float64Array, most: number): number[] =>
  values.length <= most
    ? [...values]
    : Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)]!);
