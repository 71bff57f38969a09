/** Which requests of a habit have come in from a k6 process; they come as they end, with few ahead of a slow one. */
export class Received {
  #next = 0;
  #highest = -1;
  readonly #ahead = new Map<number, number>();
  /** Every request that was due until then has come in; in ms. */
  completeUntilMs = -Infinity;
  count = 0;

  /** @returns false for one that had come in before */
  add(number: number, dueMs: number): boolean {
    if (number < this.#next || this.#ahead.has(number)) return false;
    this.count++;
    this.#highest = Math.max(this.#highest, number);
    this.#ahead.set(number, dueMs);
    for (let due = this.#ahead.get(this.#next); due !== undefined; due = this.#ahead.get(this.#next)) {
      this.completeUntilMs = Math.max(this.completeUntilMs, due);
      this.#ahead.delete(this.#next++);
    }
    return true;
  }

  /** How many that were sent before the last that came in have not come in. */
  get missing(): number {
    return this.#highest + 1 - this.count;
  }
}
