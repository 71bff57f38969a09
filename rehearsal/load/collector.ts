import type { SegmentInfo, StoredSample } from "../../analysis/sample-file.ts";
import { habits, type Habit } from "../../analysis/sample.ts";
import { dropsIterations, endLine, parseLine } from "./line.ts";
import { Received } from "./received.ts";
import { SampleWriter } from "./sample-writer.ts";

/** How many requests were collected. */
export type Counts = Record<Habit, number>;

const flushEveryMs = 250;
/** So many are written at once, however quickly they come. */
const blockLength = 5000;

/** What has come from one k6 process. */
export class Lines {
  readonly received: Record<Habit, Received> = { fresh: new Received(), kept: new Received(), canary: new Received() };
  /** It said that all of its requests are done. */
  ended = false;
  /** It said that it dropped iterations. */
  dropped = false;
  /** The least time between the end of a request by its clock and its line by ours, in ms. */
  delayMs = Infinity;

  /** Numbers of lines that were sent and did not come in. */
  get missing(): number {
    return habits.reduce((sum, habit) => sum + this.received[habit].missing, 0);
  }
}

/** Takes k6's lines and keeps the requests in a samples file, which is at most a quarter of a second behind. */
export class Collector {
  readonly #writer: SampleWriter;
  readonly #timer: NodeJS.Timeout;
  readonly #counts: Counts = { fresh: 0, kept: 0, canary: 0 };
  #pending: StoredSample[] = [];
  #stopAtMs = Infinity;
  #onSample: (() => void)[] = [];
  /** By k6 process. */
  readonly runners: readonly Lines[];
  firstDueMs = Infinity;
  lastEndMs = -Infinity;
  failed = 0;

  /** Goes on after the whole blocks of an existing file. */
  constructor(path: string, info: SegmentInfo, runners = 1) {
    this.#writer = new SampleWriter(path, info);
    this.runners = Array.from({ length: runners }, () => new Lines());
    this.#timer = setInterval(() => this.#flush(), flushEveryMs);
  }

  /** Segments that were in the file already. */
  get earlier(): readonly SegmentInfo[] {
    return this.#writer.earlier;
  }

  /** Why samples that came in are not in the file; undefined when all are. */
  get problem(): string | undefined {
    return this.#writer.problem;
  }

  /** True when the line was the script's (also a request that is left out: due after the stop, or known already). */
  push(line: string, runner = 0): boolean {
    const lines = this.runners[runner];
    if (lines === undefined) throw new RangeError(`there is no runner ${runner}`);
    if (line === endLine) return (lines.ended = true);
    const parsed = parseLine(line, runner);
    if (parsed === undefined) {
      if (dropsIterations(line)) lines.dropped = true;
      return false;
    }
    const { first, last, samples } = parsed;
    const [{ habit, dueMs }] = samples;
    if (!lines.received[habit].add(first, last, dueMs)) return true;
    const latest = samples.at(-1) ?? samples[0];
    lines.delayMs = Math.min(lines.delayMs, Date.now() - latest.dueMs - latest.durationMs);
    for (const sample of samples) if (sample.dueMs <= this.#stopAtMs) this.#keep(sample);
    for (const listener of this.#onSample) listener();
    return true;
  }

  #keep(sample: StoredSample): void {
    this.#pending.push(sample);
    this.#counts[sample.habit]++;
    if (sample.outcome !== "ok" && sample.habit !== "canary") this.failed++;
    this.firstDueMs = Math.min(this.firstDueMs, sample.dueMs);
    this.lastEndMs = Math.max(this.lastEndMs, sample.dueMs + sample.durationMs);
    if (this.#pending.length >= blockLength) this.#flush();
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
    await this.#until(() => this.#counts.fresh + this.#counts.kept >= requests);
  }

  /** Keeps only what is due until now, and resolves when all of that has come in. */
  async settle(): Promise<void> {
    const stopAt = Date.now();
    this.#stopAtMs = stopAt;
    const sent = this.runners.flatMap(({ received }) => Object.values(received)).filter(({ count }) => count > 0);
    await this.#until(() => sent.every(({ completeUntilMs }) => completeUntilMs > stopAt));
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
    this.#writer.close();
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#writer.write(this.#pending);
    this.#pending = [];
  }
}
