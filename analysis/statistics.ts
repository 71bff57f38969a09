import { lowerBound } from "./lower-bound.ts";

const Z95 = 1.959963984540054;

/** Wilson score interval of `failed` out of `requests`, 95 %; [0, 1] when nothing was tried. */
export function wilson95(failed: number, requests: number): [number, number] {
  if (requests === 0) return [0, 1];
  const ratio = failed / requests;
  const z2 = Z95 * Z95;
  const scale = 1 + z2 / requests;
  const centre = (ratio + z2 / (2 * requests)) / scale;
  const half = (Z95 / scale) * Math.sqrt((ratio * (1 - ratio)) / requests + z2 / (4 * requests * requests));
  return [failed === 0 ? 0 : Math.max(0, centre - half), failed === requests ? 1 : Math.min(1, centre + half)];
}

/**
 * How likely at least `failedB` of the failures fall into the second run if both runs fail alike: the exact conditional
 * test of two Poisson rates, one-sided. 1 when nothing failed.
 */
export function rateRise(failedA: number, requestsA: number, failedB: number, requestsB: number): number {
  if (failedB === 0 || requestsA === 0 || requestsB === 0) return 1;
  const trials = failedA + failedB;
  const share = requestsB / (requestsA + requestsB);
  if (trials > 10_000) {
    const z = (failedB - 0.5 - trials * share) / Math.sqrt(trials * share * (1 - share));
    return upperTail(z);
  }
  let logTerm = trials * Math.log(share);
  let sum = Math.exp(logTerm);
  for (let k = trials; k > failedB; k--) {
    logTerm += Math.log(k / (trials - k + 1)) + Math.log((1 - share) / share);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/** Median of a copy of the values; NaN when there are none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length === 0
    ? NaN
    : sorted.length % 2 === 1
      ? sorted[middle]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Hodges-Lehmann estimate of how far `b` lies above `a`: the median of all pairwise differences. */
export function hodgesLehmann(a: readonly number[], b: readonly number[]): number {
  const left = thin(a, 500);
  const right = thin(b, 500);
  const differences = new Float64Array(left.length * right.length);
  let i = 0;
  for (const y of right) for (const x of left) differences[i++] = y - x;
  return median(differences);
}

/**
 * By how much neighbouring values' likeness widens the variance of their mean: 1 for independent ones, the long-run variance
 * over the variance otherwise, with Bartlett's weights up to `bandwidth` values apart (Newey and West, 1987). Never below 1.
 */
export function longRunInflation(values: readonly number[], bandwidth: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < values.length; i++) sum += (values[i]! - mean) * (values[i - lag]! - mean);
    return sum;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return 1;
  let inflation = 1;
  for (let lag = 1; lag <= bandwidth; lag++)
    inflation += (2 * (1 - lag / (bandwidth + 1)) * covariance(lag)) / variance;
  return Math.max(1, inflation);
}

/**
 * Probability that Student's t with so many degrees of freedom exceeds `t`, by way of the normal distribution (Wallace, 1959):
 * within a few percent far out, where it matters.
 */
export function studentTail(t: number, freedom: number): number {
  const z = Math.sqrt(freedom * Math.log1p((t * t) / freedom)) * wallace(freedom);
  return upperTail(t >= 0 ? z : -z);
}

/** The value that Student's t exceeds with a probability of `p` <= 0.5. */
export function studentQuantile(p: number, freedom: number): number {
  let [low, high] = [0, 40];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > p) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom * Math.expm1((low / wallace(freedom)) ** 2 / freedom));
}

const wallace = (freedom: number): number => (8 * freedom + 1) / (8 * freedom + 3);

/**
 * Probability that a standard normal variable exceeds z, with a relative error below 1.2e-7 also far out, where a table ends:
 * p-values are multiplied by the number of comparisons. Chebyshev fit of erfc from Numerical Recipes, 6.2.
 */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const fit = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ].reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = (t * Math.exp(-x * x + fit)) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/** How many of the sorted values lie below one, or are equal to it. */
export function countBelow(sorted: Float64Array, value: number, orEqual = false): number {
  return lowerBound(0, sorted.length, (i) => sorted[i]! < value || (orEqual && sorted[i]! === value));
}

function thin(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)]!);
}
