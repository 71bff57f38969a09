import type { V1Container, V1ContainerState, V1ContainerStatus } from "@kubernetes/client-node";
import { BackOff } from "./back-off.ts";
import { ContainerProbes } from "./container-probes.ts";
import type { EventText } from "./events.ts";
import { runPreStop } from "./pre-stop.ts";
import type { ProbeResult } from "./probe.ts";
import type { Exit, Running } from "./runtime.ts";

/** What a container needs from its pod. */
export interface ContainerHost {
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  readonly graceMs: number;
  /** Extra time until it may be ready, in ms. */
  readyDelayMs(): number;
  start(container: V1Container, attempt: number): Running;
  /** Undefined when there is no process that could be probed. */
  readonly probeAddress?: string;
  faultActive(kind: "fail-ready" | "crash-loop" | "ignore-sigterm"): boolean;
  /** Its status is another one now. */
  changed(): void;
  event(text: EventText): void;
}

/** How long a container lives that crashes on order, in ms. */
const crashAfterMs = 300;

/** One container of a pod through all its restarts. */
export class Container {
  readonly spec: V1Container;
  readonly #host: ContainerHost;
  readonly #backOff = new BackOff();
  #state: V1ContainerState = { waiting: { reason: "ContainerCreating" } };
  #lastState: V1ContainerState = {};
  #attempt = 0;
  #running?: Running;
  #startedAt = new Date();
  #probes?: ContainerProbes;
  #timer?: NodeJS.Timeout;
  #crashed = false;
  #ending = false;

  constructor(spec: V1Container, host: ContainerHost) {
    this.spec = spec;
    this.#host = host;
  }

  /** How it ended for good; undefined while it runs or will be started again. */
  get ended(): number | undefined {
    return this.#running === undefined && this.#timer === undefined ? this.#state.terminated?.exitCode : undefined;
  }

  status(): V1ContainerStatus {
    return {
      name: this.spec.name,
      image: this.spec.image ?? "",
      imageID: this.#attempt > 0 || this.#running ? (this.spec.image ?? "") : "",
      containerID: this.#running ? `lab://${this.spec.name}-${this.#attempt}` : undefined,
      ready: this.#probes?.ready ?? false,
      started: this.#probes?.started ?? false,
      restartCount: this.#attempt,
      state: this.#state,
      lastState: this.#lastState,
    };
  }

  wait(reason: string, message?: string): void {
    this.#state = { waiting: { reason, message } };
  }

  start(): void {
    if (this.#ending) return;
    this.#timer = undefined;
    this.#crashed = false;
    try {
      this.#running = this.#host.start(this.spec, this.#attempt);
    } catch (error) {
      this.#host.event({ type: "Warning", reason: "Failed", message: (error as Error).message });
      this.#exited({ code: 128 }, (error as Error).message);
      return;
    }
    const running = this.#running;
    this.#startedAt = new Date();
    this.#state = { running: { startedAt: this.#startedAt } };
    this.#probes = new ContainerProbes(this.spec, this.#host, (message) => void this.#restart(message));
    void running.exited.then((exit) => this.#exited(exit));
    this.#host.event({ type: "Normal", reason: "Started", message: `Started container ${this.spec.name}` });
    this.#host.changed();
    this.faultsChanged();
  }

  /** Crashes if that has been ordered, and asks again whether it is ready. */
  faultsChanged(): void {
    this.#probes?.faultsChanged();
    if (!this.#running || this.#timer !== undefined || !this.#host.faultActive("crash-loop")) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#crashed = true;
      this.#running?.signal("SIGKILL");
    }, crashAfterMs);
  }

  /** Runs preStop, then SIGTERM, then SIGKILL when `graceMs` are over; resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    this.#ending = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#stopRunning(graceMs);
  }

  /** Its machine is gone. */
  kill(): void {
    this.#ending = true;
    clearTimeout(this.#timer);
    this.#probes?.stop();
    this.#running?.signal("SIGKILL");
  }

  async #stopRunning(graceMs: number): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    const deadline = Date.now() + graceMs;
    this.#probes?.stopLiveness();
    const preStop = this.spec.lifecycle?.preStop;
    if (preStop && graceMs > 0) {
      const hook = runPreStop(preStop, this.spec, this.#host.probeAddress, graceMs);
      const result = await Promise.race([hook, running.exited.then((): ProbeResult => ({ ok: true, message: "" }))]);
      if (!result.ok) this.#host.event({ type: "Warning", reason: "FailedPreStopHook", message: result.message });
    }
    if (!this.#host.faultActive("ignore-sigterm")) running.signal("SIGTERM");
    // A kubelet gives the process two more seconds when its hook has used up the grace period.
    const left = graceMs === 0 ? 0 : Math.max(deadline - Date.now(), preStop ? 2000 : 0);
    const timer = setTimeout(() => running.signal("SIGKILL"), left);
    await running.exited;
    clearTimeout(timer);
  }

  async #restart(message: string): Promise<void> {
    if (this.#ending) return;
    this.#host.event({ type: "Normal", reason: "Killing", message });
    await this.#stopRunning(this.#host.graceMs);
  }

  #exited(exit: Exit, message?: string): void {
    this.#running = undefined;
    this.#probes?.stop();
    this.#probes = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const exitCode = this.#crashed ? 1 : exit.code;
    const now = new Date();
    this.#state = {
      terminated: {
        exitCode,
        signal: this.#crashed ? undefined : exit.signal,
        reason: exitCode === 0 ? "Completed" : "Error",
        message: this.#crashed ? "fault crash-loop" : message,
        startedAt: this.#startedAt,
        finishedAt: now,
      },
    };
    const { restartPolicy } = this.#host;
    const again = restartPolicy === "Always" || (restartPolicy === "OnFailure" && exitCode !== 0);
    if (again && !this.#ending) this.#startAgain(this.#backOff.next(now.getTime() - this.#startedAt.getTime()));
    this.#host.changed();
  }

  #startAgain(delayMs: number): void {
    this.#lastState = this.#state;
    const message = `back-off ${delayMs / 1000}s restarting failed container=${this.spec.name}`;
    if (delayMs > 0) {
      this.#state = { waiting: { reason: "CrashLoopBackOff", message } };
      this.#host.event({ type: "Warning", reason: "BackOff", message });
    }
    this.#timer = setTimeout(() => {
      this.#attempt += 1;
      this.start();
    }, delayMs);
  }
}
