// One direction of a connection, with what faults do to packets on their way.
import { dataMs, deliveredAt } from "./retransmit.mjs";

/** So many chunks wait at most before the sender is held back. */
const queueLimit = 64;

/**
 * Carries bytes, the end and the reset from one socket to another.
 * @param {object} options
 * @param {import("node:net").Socket} options.from
 * @param {import("node:net").Socket} options.to
 * @param {() => boolean} options.dropped whether packets are lost now
 * @param {() => number} options.delayMs
 */
export class Forward {
  #queue = [];
  #timer;
  #heldSince;
  #options;

  constructor(options) {
    this.#options = options;
    const { from, to } = options;
    from.on("data", (chunk) => this.#send({ chunk }));
    from.on("end", () => this.#send({ end: true }));
    from.on("error", () => this.#send({ reset: true }));
    to.on("drain", () => from.resume());
  }

  /** A fault began or ended. */
  faultsChanged() {
    if (this.#queue.length > 0) this.#pump();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#queue = [];
  }

  #send(item) {
    const delayMs = this.#options.delayMs();
    if (this.#queue.length === 0 && delayMs === 0 && !this.#options.dropped()) return this.#deliver(item);
    this.#queue.push({ ...item, due: Date.now() + delayMs });
    if (this.#queue.length >= queueLimit) this.#options.from.pause();
    if (this.#queue.length === 1 || this.#options.dropped()) this.#pump();
  }

  #pump() {
    clearTimeout(this.#timer);
    const now = Date.now();
    if (this.#options.dropped()) {
      this.#heldSince ??= now;
      return;
    }
    if (this.#heldSince !== undefined) {
      const arrival = deliveredAt(this.#heldSince, now, dataMs);
      this.#heldSince = undefined;
      this.#queue[0].due = Math.max(this.#queue[0].due, arrival);
    }
    while (this.#queue.length > 0 && this.#queue[0].due <= now) this.#deliver(this.#queue.shift());
    if (this.#queue.length > 0) this.#timer = setTimeout(() => this.#pump(), this.#queue[0].due - now);
    else this.#options.from.resume();
  }

  #deliver({ chunk, end, reset }) {
    const { from, to } = this.#options;
    if (reset) {
      from.destroy();
      to.resetAndDestroy();
    } else if (end) to.end();
    else if (!to.destroyed && !to.write(chunk)) from.pause();
  }
}
