/** The calls in progress, so that they can be cancelled together or one by one when their time is over. */
export class Calls {
  readonly #active = new Set<AbortController>();
  #idle: (() => void)[] = [];
  #cancelled = false;

  /** Runs `work` with a signal that ends it; `timeoutSeconds` 0 means no limit of its own. */
  async run<T>(timeoutSeconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    if (this.#cancelled) controller.abort(new Error("the update was cancelled"));
    this.#active.add(controller);
    const timer =
      timeoutSeconds > 0
        ? setTimeout(
            () => controller.abort(new Error(`not done after ${timeoutSeconds} s, the limit set in customTimeouts`)),
            timeoutSeconds * 1000,
          )
        : undefined;
    try {
      return await work(controller.signal);
    } finally {
      clearTimeout(timer);
      this.#active.delete(controller);
      if (this.#active.size === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }

  cancel(reason: string): void {
    this.#cancelled = true;
    for (const controller of this.#active) controller.abort(new Error(reason));
  }

  /** Resolves when no call is in progress, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    if (this.#active.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** The reason of an aborted signal as one line. */
export function abortReason(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
}
