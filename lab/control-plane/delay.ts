import { Transform, type TransformCallback } from "node:stream";

/** Passes everything on `delayMs` later, in order: latency, not a limit of throughput. */
export class Delay extends Transform {
  readonly #delayMs: () => number;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #queue: (() => void)[] = [];
  #lastDue = 0;

  /** `delayMs` is asked for each chunk; 0 passes it on at once. */
  constructor(delayMs: () => number) {
    super();
    this.#delayMs = delayMs;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#later(() => this.push(chunk));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#later(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    for (const timer of this.#timers) clearTimeout(timer);
    done(error);
  }

  /** A chunk never overtakes one before it, even when the delay has become shorter since. */
  #later(action: () => void): void {
    const now = Date.now();
    this.#lastDue = Math.max(now + this.#delayMs(), this.#lastDue);
    const wait = this.#lastDue - now;
    if (wait <= 0 && this.#queue.length === 0) {
      action();
      return;
    }
    // Timers of different lengths may fire in any order when they are due together, so each serves the queue's head.
    this.#queue.push(action);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#queue.shift()?.();
    }, wait);
    this.#timers.add(timer);
  }
}
