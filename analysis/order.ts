import { lowerBound } from "./lower-bound.ts";

/** How many rows share a bucket on average: few enough for an insertion sort, so many that buckets take little memory. */
const ROWS_PER_BUCKET = 8;

/** Rows of a piece that is sorted at once, at least. */
const PIECE = 1 << 16;

/**
 * Where to sort, one piece after the other, so that in the end all rows are in order of `key`. Rows that come nearly in order
 * need memory for a piece instead of for all of them: a piece begins with the first row of the one before that something
 * later has to come before, or is no larger than. It has at least as many new rows as old ones, so that rows in any order
 * at all are looked at three times at most.
 *
 * @yields the first row of a piece, and the one behind its last; to be sorted before the next is asked for
 */
export function* pieces(
  length: number,
  key: (row: number) => number,
  size = PIECE,
): Generator<[first: number, end: number]> {
  const least = leastFrom(length, key, size);
  let [first, end] = [0, Math.min(length, size)];
  while (first < end) {
    yield [first, end];
    if (end === length) return;
    const later = least[end / size]!;
    first = lowerBound(first, end, (row) => key(row) < later);
    end = Math.min(length, end + size * Math.max(1, Math.ceil((end - first) / size)));
  }
}

/** The least number in or behind each piece. */
function leastFrom(length: number, key: (row: number) => number, size: number): Float64Array {
  const least = new Float64Array(Math.ceil(length / size));
  let lowest = Infinity;
  for (let row = length - 1; row >= 0; row--) {
    lowest = Math.min(lowest, key(row));
    if (row % size === 0) least[row / size] = lowest;
  }
  return least;
}

/**
 * Fills `order` with as many rows by a whole number and, where that is the same, by `compare`: a bucket sort, as the numbers
 * are spread about evenly.
 */
export function orderBy(
  order: Uint32Array,
  key: (row: number) => number,
  compare: (a: number, b: number) => number,
): void {
  const { length } = order;
  if (length === 0) return;
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
