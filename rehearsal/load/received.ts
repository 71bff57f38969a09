/** Which lines of a habit have come in from a k6 process; they come as they end, with few ahead of a slow one. */
export class Received {
  #next = 0;
  #highest = -1;
  readonly #ahead = new Map<number, { readonly last: number; readonly dueMs: number }>();
  /** Every line whose first request was due until then has come in; in ms. */
  completeUntilMs = -Infinity;
  /** How many numbers have come in. */
  count = 0;

  /**
   * @param first and last number that the line counts for
   * @returns false for one that had come in before
   */
  add(first: number, last: number, dueMs: number): boolean {
    if (first < this.#next || this.#ahead.has(first)) return false;
    this.count += last + 1 - first;
    this.#highest = Math.max(this.#highest, last);
    this.#ahead.set(first, { last, dueMs });
    for (let line = this.#ahead.get(this.#next); line !== undefined; line = this.#ahead.get(this.#next)) {
      this.completeUntilMs = Math.max(this.completeUntilMs, line.dueMs);
      this.#ahead.delete(this.#next);
      this.#next = line.last + 1;
    }
    return true;
  }

  /** How many numbers before the last that came in have not come in: each stands for a request that was sent, or more. */
  get missing(): number {
    return this.#highest + 1 - this.count;
  }
}
