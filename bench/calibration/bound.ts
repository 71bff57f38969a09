/**
 * The largest rate at which so few of so many tries are not yet unlikely: Clopper and Pearson's upper bound, one-sided, 95 %.
 * Nothing in n tries gives about 3/n.
 */
export function atMost(found: number, tries: number): number {
  if (found >= tries) return 1;
  let [low, high] = [0, 1];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (binomialUpTo(found, tries, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** How likely at most `found` of so many tries succeed. */
function binomialUpTo(found: number, tries: number, rate: number): number {
  let logTerm = tries * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= found; k++) {
    logTerm += Math.log((tries - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logTerm);
  }
  return sum;
}
