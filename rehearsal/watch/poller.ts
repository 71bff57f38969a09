import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../errors.ts";
import { shortDuration, type NewEvent } from "../event-log.ts";

/** How long one look may take, in ms. */
const lookLimitMs = 15_000;
const longestPauseMs = 60_000;

export interface Look {
  /** For warnings: `the instances of mirror.example.com`. */
  readonly what: string;
  readonly everyMs: number;
  /** Looks once; what goes wrong is thrown. */
  look(signal: AbortSignal): Promise<void>;
}

/**
 * Looks at something again and again until it is stopped. A look that fails, as when AWS throttles, is made again after
 * twice the time, up to a minute, and told once; watching never fails what is watched.
 */
export class Poller {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly job: Look,
    private readonly emit: (event: NewEvent) => void,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Looks while the work goes on, neither before nor after; a look that is under way when it ends is waited for. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.start();
    try {
      return await work();
    } finally {
      await this.stop();
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.job.look(AbortSignal.any([signal, AbortSignal.timeout(lookLimitMs)]));
        if (failures > 0) this.#tell({ kind: "note", message: `${this.job.what} can be seen again` });
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures === 1) this.#tell(blind(this.job.what, error));
      }
      await delay(pauseMs(this.job.everyMs, failures), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** A full disk must not end the watch, nor what is watched. */
  #tell(event: NewEvent): void {
    try {
      this.emit(event);
    } catch {
      // Whoever runs the roll meets the same trouble, and says so.
    }
  }
}

/** The pause before the next look, in ms: with jitter, so that many watchers do not ask in step. */
export function pauseMs(everyMs: number, failures: number, random = Math.random()): number {
  const longer = Math.min(Math.max(longestPauseMs, everyMs), everyMs * 2 ** Math.min(failures, 16));
  return longer * (0.9 + 0.2 * random);
}

function blind(what: string, error: unknown): NewEvent {
  const why = messageOf(error).split("\n")[0] ?? "";
  return {
    kind: "warning",
    message: `${what} cannot be seen (${why}): what happens there is not in the events until it can; trying again after at most ${shortDuration(longestPauseMs)}`,
  };
}
