/** How many rows share a bucket on average: few enough for an insertion sort, so many that buckets take little memory. */
const ROWS_PER_BUCKET = 8;

/**
 * The order of `length` rows by a whole number and, where that is the same, by `compare`: a bucket sort, as the numbers are
 * spread about evenly.
 */
export function orderBy(
  length: number,
  key: (row: number) => number,
  compare: (a: number, b: number) => number,
): Uint32Array {
  const order = new Uint32Array(length);
  if (length === 0) return order;
  let first = Infinity;
  let last = 0;
  for (let row = 0; row < length; row++) {
    const value = key(row);
    if (value < first) first = value;
    if (value > last) last = value;
  }
  const width = Math.max(1, Math.ceil(((last - first + 1) * ROWS_PER_BUCKET) / length));
  const bucketOf = (row: number): number => Math.floor((key(row) - first) / width);
  const counts = new Uint32Array(bucketCount(last - first, width) + 1);
  for (let row = 0; row < length; row++) counts[bucketOf(row) + 1]! += 1;
  for (let i = 1; i < counts.length; i++) counts[i]! += counts[i - 1]!;
  // Filling a bucket moves its start to its end, which is where the next one began.
  for (let row = 0; row < length; row++) {
    const bucket = bucketOf(row);
    order[counts[bucket]!] = row;
    counts[bucket]! += 1;
  }
  for (let i = 0, from = 0; i + 1 < counts.length; i++) {
    const to = counts[i]!;
    sortSlice(order, from, to, compare);
    from = to;
  }
  return order;
}

const bucketCount = (range: number, width: number): number => Math.floor(range / width) + 1;

/** Insertion sort, which is quick on a few nearly sorted rows; a crowded slice is left to the engine. */
function sortSlice(rows: Uint32Array, from: number, to: number, compare: (a: number, b: number) => number): void {
  if (to - from > 64) {
    rows.subarray(from, to).sort(compare);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const row = rows[i]!;
    let j = i;
    for (; j > from && compare(rows[j - 1]!, row) > 0; j--) rows[j] = rows[j - 1]!;
    rows[j] = row;
  }
}
