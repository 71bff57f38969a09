import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { decodeSamples, SampleEncoder, type SegmentInfo, type StoredSample } from "../../analysis/sample-file.ts";
import type { Habit } from "../../analysis/sample.ts";
import { parseLine } from "./line.ts";
import { Received } from "./received.ts";

/** How many requests were collected. */
export type Counts = Record<Habit, number>;

const flushEveryMs = 250;

/** Takes k6's lines and keeps the requests in a samples file, which is at most a quarter of a second behind. */
export class Collector {
  readonly #fd: number;
  readonly #encoder: SampleEncoder;
  readonly #timer: NodeJS.Timeout;
  readonly #received: Record<Habit, Received> = { fresh: new Received(), kept: new Received(), canary: new Received() };
  readonly #counts: Counts = { fresh: 0, kept: 0, canary: 0 };
  #pending: StoredSample[] = [];
  #stopAtMs = Infinity;
  #onSample: (() => void)[] = [];
  /** Segments that were in the file already. */
  readonly earlier: readonly SegmentInfo[];
  firstDueMs = Infinity;
  lastEndMs = -Infinity;
  failed = 0;

  /** Goes on after the whole blocks of an existing file. */
  constructor(path: string, info: SegmentInfo) {
    this.#fd = openSync(path, "a+");
    const existing = readFileSync(this.#fd);
    const { consumed, segments } = decodeSamples(existing);
    this.earlier = segments;
    ftruncateSync(this.#fd, consumed);
    this.#encoder = new SampleEncoder(info);
    writeSync(this.#fd, this.#encoder.header());
    this.#timer = setInterval(() => this.#flush(), flushEveryMs);
  }

  /** True when the line was a request (also one that is left out as it was due after the stop). */
  push(line: string): boolean {
    const parsed = parseLine(line);
    if (parsed === undefined) return false;
    const { iteration, sample } = parsed;
    this.#received[sample.habit].add(iteration, sample.dueMs);
    if (sample.dueMs <= this.#stopAtMs) this.#keep(sample);
    for (const listener of this.#onSample) listener();
    return true;
  }

  #keep(sample: StoredSample): void {
    this.#pending.push(sample);
    this.#counts[sample.habit]++;
    if (sample.outcome !== "ok" && sample.habit !== "canary") this.failed++;
    this.firstDueMs = Math.min(this.firstDueMs, sample.dueMs);
    this.lastEndMs = Math.max(this.lastEndMs, sample.dueMs + sample.durationMs);
    if (this.#pending.length >= 5000) this.#flush();
  }

  /** Requests that were kept so far. */
  counts(): Counts {
    return { ...this.#counts };
  }

  /** Resolves when the first request has come in. */
  async first(): Promise<void> {
    await this.#until(() => this.firstDueMs < Infinity);
  }

  /** Resolves when so many requests of the two habits have come in. */
  async reached(requests: number): Promise<void> {
    await this.#until(() => this.#received.fresh.count + this.#received.kept.count >= requests);
  }

  /** Keeps only what is due until now, and resolves when all of that has come in. */
  async settle(): Promise<void> {
    const stopAt = Date.now();
    this.#stopAtMs = stopAt;
    const habits = Object.values(this.#received).filter((habit) => habit.count > 0);
    await this.#until(() => habits.every((habit) => habit.completeUntilMs > stopAt));
  }

  async #until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const listener = (): void => {
        if (!condition()) return;
        this.#onSample = this.#onSample.filter((other) => other !== listener);
        resolve();
      };
      this.#onSample.push(listener);
    });
  }

  /** Writes what is left; the file is on disk when it returns. */
  close(): void {
    clearInterval(this.#timer);
    this.#flush();
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const block = this.#encoder.block(this.#pending);
    this.#pending = [];
    writeSync(this.#fd, block);
  }
}
