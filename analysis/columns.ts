import { habits, outcomes } from "./sample.ts";
import type { Habit, Outcome, Sample } from "./sample.ts";
import { orderBy } from "./order.ts";

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
/** Due times are kept in steps of 1/32 ms, so that four bytes reach 37 hours. */
const TICKS_PER_MS = 32;
/** Lateness is kept in steps of 1/8 ms, so that two bytes reach 8 s; more than that is all the same. */
const LATE_STEPS_PER_MS = 8;
/** Records arrive in order of completion: one may have been due before the first that was seen, by at most this. */
const REACH_BACK_MS = 3_600_000;

/** A request as {@link Columns.read} shows it. */
export interface Row {
  dueMs: number;
  durationMs: number;
  /** Of `durationMs`, how much later than due it was sent. */
  waitedMs: number;
  outcome: Outcome;
  ok: boolean;
  habit: Habit;
  /** Number of the target among those of the run; the names are in {@link Columns.target}. */
  target: number;
}

/** An array that grows in pieces, without copying. */
class Column<A extends Uint8Array | Uint16Array | Uint32Array | Float32Array> {
  #chunks: A[] = [];

  constructor(private readonly make: (length: number) => A) {}

  push(index: number, value: number): void {
    if ((index & (CHUNK - 1)) === 0) this.#chunks.push(this.make(CHUNK));
    this.#chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)] = value;
  }

  at(index: number): number {
    return this.#chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)]!;
  }

  /**
   * Puts the values into another order. As they hardly move, a piece that all values were taken from is soon filled again, so
   * that no second column is needed.
   */
  reorder(order: Uint32Array): void {
    const old = this.#chunks;
    const left = old.map((_, i) => Math.min(CHUNK, order.length - i * CHUNK));
    const spare: A[] = [];
    this.#chunks = [];
    let chunk = old[0]!;
    for (let i = 0; i < order.length; i++) {
      if ((i & (CHUNK - 1)) === 0) this.#chunks.push((chunk = spare.pop() ?? this.make(CHUNK)));
      const from = order[i]!;
      const piece = from >>> CHUNK_BITS;
      chunk[i & (CHUNK - 1)] = old[piece]![from & (CHUNK - 1)]!;
      left[piece]! -= 1;
      if (left[piece] === 0) spare.push(old[piece]!);
    }
  }
}

/** Every request of a run in 13 bytes each: one pass over the samples fills it, all statements are made from it. */
export class Columns {
  readonly #due = new Column((length) => new Uint32Array(length));
  readonly #duration = new Column((length) => new Float32Array(length));
  readonly #waited = new Column((length) => new Uint16Array(length));
  readonly #target = new Column((length) => new Uint16Array(length));
  readonly #code = new Column((length) => new Uint8Array(length));
  readonly #targets: string[] = [];
  readonly #targetIds = new Map<string, number>();
  #originMs = 0;
  #length = 0;
  #sorted = true;

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
    const row = this.#length;
    this.#due.push(row, ticks);
    this.#duration.push(row, sample.durationMs);
    this.#waited.push(row, Math.min(0xffff, Math.round((sample.waitedMs ?? 0) * LATE_STEPS_PER_MS)));
    this.#target.push(row, this.#targetId(sample.target));
    this.#code.push(row, outcomes.indexOf(sample.outcome) * habits.length + habits.indexOf(sample.habit));
    this.#length += 1;
    this.#sorted = false;
  }

  dueMs(row: number): number {
    return this.#originMs + this.#due.at(row) / TICKS_PER_MS;
  }

  durationMs(row: number): number {
    return this.#duration.at(row);
  }

  outcome(row: number): Outcome {
    return outcomes[Math.floor(this.#code.at(row) / habits.length)]!;
  }

  ok(row: number): boolean {
    return this.#code.at(row) < habits.length;
  }

  habit(row: number): Habit {
    return habits[this.#code.at(row) % habits.length]!;
  }

  target(row: number): string {
    return this.#targets[this.#target.at(row)]!;
  }

  /** Puts the request of a row into `into`, which saves an object for each. */
  read(row: number, into: Row): void {
    const code = this.#code.at(row);
    into.dueMs = this.#originMs + this.#due.at(row) / TICKS_PER_MS;
    into.durationMs = this.#duration.at(row);
    into.waitedMs = this.#waited.at(row) / LATE_STEPS_PER_MS;
    into.ok = code < habits.length;
    into.outcome = outcomes[Math.floor(code / habits.length)]!;
    into.habit = habits[code % habits.length]!;
    into.target = this.#target.at(row);
  }

  /**
   * Puts the rows into the order in which they were due. Requests due at the same time are ordered by outcome, habit,
   * duration and lateness, so that the order in which they arrived changes no statement.
   */
  sort(): this {
    if (this.#sorted) return this;
    const order = orderBy(
      this.#length,
      (row) => this.#due.at(row),
      (a, b) =>
        this.#due.at(a) - this.#due.at(b) ||
        this.#code.at(a) - this.#code.at(b) ||
        this.#duration.at(a) - this.#duration.at(b) ||
        this.#waited.at(a) - this.#waited.at(b),
    );
    for (const column of [this.#due, this.#duration, this.#waited, this.#target, this.#code]) column.reorder(order);
    this.#sorted = true;
    return this;
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

/** A row to read into. */
export const emptyRow = (): Row => ({
  dueMs: 0,
  durationMs: 0,
  waitedMs: 0,
  outcome: "ok",
  ok: true,
  habit: "fresh",
  target: 0,
});

/** Reads samples once into columns. */
export function collect(samples: Iterable<Sample> | Columns): Columns {
  if (samples instanceof Columns) return samples;
  const columns = new Columns();
  for (const sample of samples) columns.push(sample);
  return columns;
}
