/**
 * Where something ordered begins, by halving.
 *
 * @param before whether what is at an index comes before it; never again after the first that does not
 * @returns the first index from `from` up to, not including, `to` for which it does not; `to` when there is none
 */
export function lowerBound(from: number, to: number, before: (index: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
