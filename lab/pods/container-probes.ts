import type { V1Container, V1Probe } from "@kubernetes/client-node";
import type { ContainerHost } from "./container.ts";
import { ProbeLoop } from "./probe-loop.ts";
import { runProbe, type ProbeResult } from "./probe.ts";

/** The start-up, liveness and readiness probes of a container that runs. */
export class ContainerProbes {
  readonly #spec: V1Container;
  readonly #host: ContainerHost;
  readonly #kill: (message: string) => void;
  readonly #slow: NodeJS.Timeout | undefined;
  #late: boolean;
  #started: boolean;
  #startup?: ProbeLoop;
  #liveness?: ProbeLoop;
  #readiness?: ProbeLoop;

  /** `kill` is called when the container must be restarted. */
  constructor(spec: V1Container, host: ContainerHost, kill: (message: string) => void) {
    this.#spec = spec;
    this.#host = host;
    this.#kill = kill;
    const delay = host.readyDelayMs();
    this.#late = delay > 0;
    if (this.#late)
      this.#slow = setTimeout(() => {
        this.#late = false;
        host.changed();
      }, delay).unref();
    this.#started = spec.startupProbe === undefined || host.probeAddress === undefined;
    if (this.#started) this.#begin();
    else this.#startup = this.#loop("Startup", spec.startupProbe, undefined, (ok, why) => this.#startupDone(ok, why));
  }

  get started(): boolean {
    return this.#started;
  }

  get ready(): boolean {
    if (!this.#started || this.#late) return false;
    return this.#readiness?.ok ?? !this.#host.faultActive("fail-ready");
  }

  /** A container without a readiness probe reacts at once, one with a probe at the next one. */
  faultsChanged(): void {
    this.#host.changed();
  }

  /** A container that is being stopped is still asked whether it is ready, but not whether it lives. */
  stopLiveness(): void {
    this.#startup?.stop();
    this.#liveness?.stop();
  }

  stop(): void {
    clearTimeout(this.#slow);
    this.stopLiveness();
    this.#readiness?.stop();
  }

  #startupDone(ok: boolean, message: string): void {
    this.#startup?.stop();
    if (!ok) return this.#kill(`Container ${this.#spec.name} failed startup probe, will be restarted: ${message}`);
    this.#started = true;
    this.#begin();
    this.#host.changed();
  }

  #begin(): void {
    if (this.#host.probeAddress === undefined) return;
    const { livenessProbe, readinessProbe, name } = this.#spec;
    this.#liveness = this.#loop("Liveness", livenessProbe, true, (ok, why) => {
      if (!ok) this.#kill(`Container ${name} failed liveness probe, will be restarted: ${why}`);
    });
    this.#readiness = this.#loop("Readiness", readinessProbe, false, () => this.#host.changed());
  }

  #loop(
    kind: "Startup" | "Liveness" | "Readiness",
    probe: V1Probe | undefined,
    initially: boolean | undefined,
    onState: (ok: boolean, message: string) => void,
  ): ProbeLoop | undefined {
    const address = this.#host.probeAddress;
    if (probe === undefined || address === undefined) return undefined;
    const check = (): Promise<ProbeResult> =>
      kind === "Readiness" && this.#host.faultActive("fail-ready")
        ? Promise.resolve({ ok: false, message: "fault fail-ready" })
        : runProbe(probe, this.#spec, address);
    const onFailure = (message: string) =>
      this.#host.event({ type: "Warning", reason: "Unhealthy", message: `${kind} probe failed: ${message}` });
    return new ProbeLoop({ probe, check, initially, onState, onFailure });
  }
}
