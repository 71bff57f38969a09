/** Which iterations of a habit have come in; they come in the order in which they end, with few ahead of a slow one. */
export class Received {
  #next = 0;
  readonly #ahead = new Map<number, number>();
  /** Every request that was due until then has come in; in ms. */
  completeUntilMs = -Infinity;
  count = 0;

  add(iteration: number, dueMs: number): void {
    this.count++;
    this.#ahead.set(iteration, dueMs);
    for (let due = this.#ahead.get(this.#next); due !== undefined; due = this.#ahead.get(this.#next)) {
      this.completeUntilMs = Math.max(this.completeUntilMs, due);
      this.#ahead.delete(this.#next++);
    }
  }
}
