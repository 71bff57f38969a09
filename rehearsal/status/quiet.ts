import type { RehearsalEvent } from "../../analysis/events.ts";
import { RollStatus } from "./roll-status.ts";

/** Nothing happened for this long: say what it waits for. */
const silenceMs = 30_000;
const lookMs = 1_000;

/**
 * Where there is no terminal to draw on: says in plain lines where the rehearsal stands whenever nothing was told for half a
 * minute.
 */
export class QuietStatus {
  readonly #status = new RollStatus();
  readonly #timer: NodeJS.Timeout;
  #toldMs = Date.now();

  constructor(private readonly show: (line: string) => void) {
    this.#timer = setInterval(() => this.#look(Date.now()), lookMs).unref();
  }

  push(event: RehearsalEvent): void {
    this.#status.push(event);
    this.#toldMs = Date.now();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Says where it stands now. */
  tell(nowMs = Date.now()): void {
    this.#toldMs = nowMs;
    const time = new Date(nowMs).toISOString().slice(11, 19);
    for (const line of this.#status.lines(nowMs)) this.show(`${time} ${line}`);
  }

  #look(nowMs: number): void {
    if (nowMs - this.#toldMs >= silenceMs) this.tell(nowMs);
  }
}
