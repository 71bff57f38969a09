import * as real from "node:timers/promises";

/** Time that goes on only while somebody waits for it. */
export class Clock {
  #ms = Date.UTC(2026, 10, 23);

  /** Each look is a moment later. */
  readonly now = (): number => ++this.#ms;

  /** `node:timers/promises`: a wait is over at once, but after what is ready by then; and late, so that limits are soon met. */
  modules(): object {
    const setTimeout = (ms: number, value?: unknown): Promise<unknown> => {
      this.#ms += 20 * ms;
      return new Promise((resolve) => setImmediate(resolve, value));
    };
    const all = { ...real, setTimeout };
    return { ...all, default: all };
  }
}
