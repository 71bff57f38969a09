import { habits, outcomes } from "./sample.ts";
import type { Habit, Outcome, Sample } from "./sample.ts";

const CHUNK = 1 << 16;
/** Due times are kept in steps of 1/32 ms, so that four bytes reach 37 hours. */
const TICKS_PER_MS = 32;
/** Records arrive in order of completion: one may have been due before the first that was seen, by at most this. */
const REACH_BACK_MS = 3_600_000;
/** Requests are sorted in buckets of 8 ms: a few requests each at usual rates. */
const BUCKET_BITS = 8;

/**
 * Every request of a run in 11 bytes each: one pass over the samples fills it, all statements are made from it.
 *
 * Rows stay in the order in which they came; {@link Columns.order} gives the order in which they were due.
 */
export class Columns {
  #due: Uint32Array[] = [];
  #duration: Float32Array[] = [];
  #code: Uint8Array[] = [];
  #target: Uint16Array[] = [];
  #targets: string[] = [];
  #targetIds = new Map<string, number>();
  #originMs = 0;
  #length = 0;

  /** How many requests it holds. */
  get length(): number {
    return this.#length;
  }

  /** @throws RangeError when a due time lies more than an hour before or 36 hours after the first one's */
  push(sample: Sample): void {
    if (this.#length === 0) this.#originMs = sample.dueMs - REACH_BACK_MS;
    const ticks = Math.round((sample.dueMs - this.#originMs) * TICKS_PER_MS);
    if (!(ticks >= 0 && ticks <= 0xffff_ffff) || !(sample.durationMs >= 0))
      throw new RangeError(
        `sample ${this.#length} was due at ${sample.dueMs} ms and took ${sample.durationMs} ms: not a time of this run`,
      );
    const slot = this.#length % CHUNK;
    if (slot === 0) {
      this.#due.push(new Uint32Array(CHUNK));
      this.#duration.push(new Float32Array(CHUNK));
      this.#code.push(new Uint8Array(CHUNK));
      this.#target.push(new Uint16Array(CHUNK));
    }
    const chunk = this.#due.length - 1;
    this.#due[chunk]![slot] = ticks;
    this.#duration[chunk]![slot] = sample.durationMs;
    this.#code[chunk]![slot] = outcomes.indexOf(sample.outcome) * habits.length + habits.indexOf(sample.habit);
    this.#target[chunk]![slot] = this.#targetId(sample.target);
    this.#length += 1;
  }

  dueMs(row: number): number {
    return this.#originMs + this.#ticks(row) / TICKS_PER_MS;
  }

  durationMs(row: number): number {
    return this.#duration[row >>> 16]![row & (CHUNK - 1)]!;
  }

  outcome(row: number): Outcome {
    return outcomes[Math.floor(this.#codeOf(row) / habits.length)]!;
  }

  ok(row: number): boolean {
    return this.#codeOf(row) < habits.length;
  }

  habit(row: number): Habit {
    return habits[this.#codeOf(row) % habits.length]!;
  }

  target(row: number): string {
    return this.#targets[this.#target[row >>> 16]![row & (CHUNK - 1)]!]!;
  }

  /**
   * Rows in the order in which they were due. Requests due at the same time are ordered by outcome, habit and duration, so
   * that the order in which they arrived changes no statement.
   */
  order(): Uint32Array {
    const order = new Uint32Array(this.#length);
    if (this.#length === 0) return order;
    const bucketOf = (row: number): number => this.#ticks(row) >>> BUCKET_BITS;
    let first = Infinity;
    let last = 0;
    for (let row = 0; row < this.#length; row++) {
      const bucket = bucketOf(row);
      if (bucket < first) first = bucket;
      if (bucket > last) last = bucket;
    }
    const starts = new Uint32Array(last - first + 2);
    for (let row = 0; row < this.#length; row++) starts[bucketOf(row) - first + 1]! += 1;
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    const next = starts.slice();
    for (let row = 0; row < this.#length; row++) order[next[bucketOf(row) - first]!++] = row;
    const compare = (a: number, b: number): number =>
      this.#ticks(a) - this.#ticks(b) || this.#codeOf(a) - this.#codeOf(b) || this.durationMs(a) - this.durationMs(b);
    for (let i = 0; i + 1 < starts.length; i++) sortSlice(order, starts[i]!, starts[i + 1]!, compare);
    return order;
  }

  #ticks(row: number): number {
    return this.#due[row >>> 16]![row & (CHUNK - 1)]!;
  }

  #codeOf(row: number): number {
    return this.#code[row >>> 16]![row & (CHUNK - 1)]!;
  }

  #targetId(target: string): number {
    let id = this.#targetIds.get(target);
    if (id === undefined) {
      // Pods are few. Past 65,535 names a load balancer is answering with garbage: keep the requests, not the names.
      id = Math.min(this.#targets.length, 0xffff);
      this.#targets[id] ??= target;
      this.#targetIds.set(target, id);
    }
    return id;
  }
}

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

/** Reads samples once into columns. */
export function collect(samples: Iterable<Sample> | Columns): Columns {
  if (samples instanceof Columns) return samples;
  const columns = new Columns();
  for (const sample of samples) columns.push(sample);
  return columns;
}
