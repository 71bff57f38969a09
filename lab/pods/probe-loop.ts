import type { V1Probe } from "@kubernetes/client-node";
import type { ProbeResult } from "./probe.ts";

export interface ProbeLoopOptions {
  readonly probe: V1Probe;
  readonly check: () => Promise<ProbeResult>;
  /** What holds before the first threshold is reached; undefined: neither, so that either is news. */
  readonly initially: boolean | undefined;
  /** The thresholds say that it changed, or for the first time what it is. */
  readonly onState: (ok: boolean, message: string) => void;
  /** Each single failure. */
  readonly onFailure: (message: string) => void;
}

/** Runs a probe at its period and counts towards its thresholds. */
export class ProbeLoop {
  readonly #options: ProbeLoopOptions;
  #state: boolean | undefined;
  #streak = 0;
  #last?: boolean;
  #timer?: NodeJS.Timeout;
  #stopped = false;

  constructor(options: ProbeLoopOptions) {
    this.#options = options;
    this.#state = options.initially;
    this.#schedule((options.probe.initialDelaySeconds ?? 0) * 1000);
  }

  get ok(): boolean {
    return this.#state === true;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#run(), ms);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const { probe, check, onState, onFailure } = this.#options;
    const began = Date.now();
    const { ok, message } = await check();
    if (this.#stopped) return;
    if (!ok) onFailure(message);
    this.#streak = ok === this.#last ? this.#streak + 1 : 1;
    this.#last = ok;
    const threshold = ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (ok !== this.#state && this.#streak >= threshold) {
      this.#state = ok;
      onState(ok, message);
    }
    const period = (probe.periodSeconds ?? 10) * 1000;
    if (!this.#stopped) this.#schedule(Math.max(0, began + period - Date.now()));
  }
}
