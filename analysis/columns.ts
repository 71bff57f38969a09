import { Column, reorder } from "./column.ts";
import { Kinds } from "./kinds.ts";
import { orderBy, pieces } from "./order.ts";
import type { Habit, Outcome, Sample } from "./sample.ts";

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
  /** Number of the target among those of the run; the names are in {@link Columns.targetName}. */
  target: number;
}

/**
 * Every request of a run in 11 bytes each, 12 where there are more than 256 kinds of them: one pass over the samples fills
 * it, all statements are made from it.
 */
export class Columns {
  readonly #due = new Column((length) => new Uint32Array(length));
  readonly #duration = new Column((length) => new Float32Array(length));
  readonly #waited = new Column((length) => new Uint16Array(length));
  readonly #kind = new Column((length) => new Uint8Array(length));
  readonly #kinds = new Kinds();
  #originMs = 0;
  #length = 0;
  #sorted = true;
  #wide = false;

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
    this.#kind.push(row, this.#kindOf(sample));
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
    return this.#kinds.at(this.#kind.at(row)).outcome;
  }

  ok(row: number): boolean {
    return this.#kinds.at(this.#kind.at(row)).ok;
  }

  habit(row: number): Habit {
    return this.#kinds.at(this.#kind.at(row)).habit;
  }

  target(row: number): string {
    return this.targetName(this.#kinds.at(this.#kind.at(row)).target);
  }

  /** The name of a {@link Row}'s target; empty where none answered. */
  targetName(target: number): string {
    return this.#kinds.targetName(target);
  }

  /** Puts the request of a row into `into`, which saves an object for each. */
  read(row: number, into: Row): void {
    const kind = this.#kinds.at(this.#kind.at(row));
    into.dueMs = this.#originMs + this.#due.at(row) / TICKS_PER_MS;
    into.durationMs = this.#duration.at(row);
    into.waitedMs = this.#waited.at(row) / LATE_STEPS_PER_MS;
    into.ok = kind.ok;
    into.outcome = kind.outcome;
    into.habit = kind.habit;
    into.target = kind.target;
  }

  /**
   * Puts the rows into the order in which they were due. Requests due at the same time are ordered by outcome, habit,
   * duration and lateness, so that the order in which they arrived changes no statement.
   */
  sort(): this {
    if (this.#sorted) return this;
    const columns = [this.#due, this.#duration, this.#waited, this.#kind];
    const key = (row: number): number => this.#due.at(row);
    let room = new Uint32Array(0);
    for (const [first, end] of pieces(this.#length, key)) {
      if (end - first > room.length) room = new Uint32Array(end - first);
      const order = room.subarray(0, end - first);
      orderBy(
        order,
        (row) => key(first + row),
        (a, b) => this.#compare(first + a, first + b),
      );
      reorder(columns, first, order);
    }
    this.#sorted = true;
    return this;
  }

  #compare(a: number, b: number): number {
    return (
      this.#due.at(a) - this.#due.at(b) ||
      this.#kinds.at(this.#kind.at(a)).code - this.#kinds.at(this.#kind.at(b)).code ||
      this.#duration.at(a) - this.#duration.at(b) ||
      this.#waited.at(a) - this.#waited.at(b)
    );
  }

  #kindOf(sample: Sample): number {
    const number = this.#kinds.numberOf(sample);
    if (number === 256 && !this.#wide) {
      this.#kind.widen((length) => new Uint16Array(length));
      this.#wide = true;
    }
    return number;
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
