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
  const left = thin(a, 1000);
  const right = thin(b, 1000);
  const differences = new Float64Array(left.length * right.length);
  let i = 0;
  for (const y of right) for (const x of left) differences[i++] = y - x;
  return median(differences);
}

/**
 * Mann-Whitney test that `b` lies above `a`, one-sided, by the normal approximation with continuity correction.
 *
 * @param inflation by how much neighbouring windows' likeness widens the spread of the statistic: (1 + r) / (1 - r) for a
 *   lag-1 autocorrelation r, as if only 1 / inflation of the windows had been seen
 */
export function mannWhitney(a: readonly number[], b: readonly number[], inflation: number): number {
  if (a.length === 0 || b.length === 0) return 1;
  const sorted = Float64Array.from(a).sort();
  let u = 0;
  for (const y of b) u += (countBelow(sorted, y) + countBelow(sorted, y, true)) / 2;
  const sigma = Math.sqrt(((a.length * b.length * (a.length + b.length + 1)) / 12) * inflation);
  return upperTail((u - (a.length * b.length) / 2 - 0.5) / sigma);
}

/** Lag-1 autocorrelation, held to 0 to 0.9: less than none is chance, more cannot be told from a trend. */
export function autocorrelation(values: readonly number[]): number {
  if (values.length < 3) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  values.forEach((value, i) => {
    below += (value - mean) ** 2;
    if (i > 0) above += (value - mean) * (values[i - 1]! - mean);
  });
  return below === 0 ? 0 : Math.min(0.9, Math.max(0, above / below));
}

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

function countBelow(sorted: Float64Array, value: number, orEqual = false): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value || (orEqual && sorted[middle]! === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function thin(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * values.length) / most)]!);
}
