/** The process is gone: nothing that it still would do happens. */
export class Killed extends Error {
  constructor() {
    super("killed");
  }
}

/**
 * When the process dies. Everything that is left behind on disk or in the world is an effect; the process dies right before
 * one of them, or in the middle of writing a text.
 */
export class Life {
  #left = Infinity;
  #torn = 0;
  #dead = false;
  /** Effects since the last boot. */
  effects = 0;
  /** Processes that have died. */
  deaths = 0;

  /** A new process, which dies after so many effects; of what it was about to write, a share of `torn` still gets to disk. */
  boot(after = Infinity, torn = 0): void {
    this.#left = after;
    this.#torn = torn;
    this.#dead = false;
    this.effects = 0;
  }

  /** Before each effect. @throws Killed */
  effect(): void {
    if (!this.spend()) throw new Killed();
  }

  /** Whether there is life for one more effect. */
  spend(): boolean {
    if (this.#dead) return false;
    this.effects++;
    if (this.#left-- > 0) return true;
    this.#dead = true;
    this.deaths++;
    return false;
  }

  /** @throws Killed */
  alive(): void {
    if (this.#dead) throw new Killed();
  }

  /** What still gets to disk of a text that a process dies in the middle of. */
  rest(text: string): string {
    const rest = text.slice(0, Math.floor(text.length * this.#torn));
    this.#torn = 0;
    return rest;
  }
}
