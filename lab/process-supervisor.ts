import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { Guardian, ownerVariable } from "../processes/guardian.ts";
import type { Processes, ProcessSpec } from "./processes.ts";

const defaultGraceMs = 5000;

/** Where the output of a process of the lab goes. */
export const logFile = (dir: string, name: string): string => join(dir, "logs", `${name}.log`);

interface Child {
  readonly spec: ProcessSpec;
  readonly process: ChildProcess;
  readonly pid: number;
  readonly gone: Promise<void>;
  stopping: boolean;
}

/**
 * Runs the lab's processes, each in a process group of its own, with its output in `<dir>/logs/<name>.log`.
 * A guardian beside it sees to it that none outlives this process.
 */
export class ProcessSupervisor implements Processes {
  /** What every process of this lab carries in its environment as REHEARSAL_LAB_OWNER. */
  readonly owner = randomUUID();
  readonly #dir: string;
  readonly #guardian: Guardian;
  readonly #children = new Map<ChildProcess, Child>();

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(join(dir, "logs"), { recursive: true, mode: 0o700 });
    this.#guardian = new Guardian(this.owner, logFile(dir, "guardian"));
  }

  get guardianPid(): number | undefined {
    return this.#guardian.pid;
  }

  list(): { name: string; pid: number }[] {
    return [...this.#children.values()].map(({ spec, pid }) => ({ name: spec.name, pid }));
  }

  /** Throws when the command does not exist or may not be run. */
  start(spec: ProcessSpec): ChildProcess {
    if (!/^[\w.-]+$/.test(spec.name))
      throw new Error(`"${spec.name}" cannot name a process of the lab: it names its log`);
    const log = openSync(logFile(this.#dir, spec.name), "a", 0o600);
    let child: ChildProcess;
    try {
      child = spawn(spec.command, spec.args, {
        stdio: spec.ipc ? ["ignore", log, log, "ipc"] : ["ignore", log, log],
        detached: true,
        env: { ...process.env, ...spec.env, [ownerVariable]: this.owner },
      });
    } finally {
      closeSync(log);
    }
    const { pid } = child;
    if (pid === undefined) {
      child.on("error", () => undefined); // told below, with the reason that matters: no process came to be
      throw new Error(`${spec.name} could not be started: ${spec.command} does not exist or cannot be run`);
    }
    this.#guardian.watch(pid);
    this.#adopt(spec, child, pid);
    return child;
  }

  async stop(child: ChildProcess, graceMs = defaultGraceMs): Promise<void> {
    const known = this.#children.get(child);
    if (!known) return;
    known.stopping = true;
    signalGroup(known.pid, "SIGTERM");
    const timer = setTimeout(() => signalGroup(known.pid, "SIGKILL"), graceMs);
    await known.gone;
    clearTimeout(timer);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#children.keys()].map((child) => this.stop(child)));
  }

  /** Stops everything and lets the guardian go; the supervisor is of no use after that. */
  async close(): Promise<void> {
    await this.stopAll();
    await this.#guardian.release();
  }

  #adopt(spec: ProcessSpec, child: ChildProcess, pid: number): void {
    let done = (): void => undefined;
    const known: Child = {
      spec,
      process: child,
      pid,
      stopping: false,
      gone: new Promise((resolve) => (done = resolve)),
    };
    this.#children.set(child, known);
    child.on("error", () => undefined); // a failed signal or message; the exit below is what counts
    child.once("exit", (code, signal) => {
      signalGroup(pid, "SIGKILL"); // its own children, if it left any
      this.#guardian.unwatch(pid);
      this.#children.delete(child);
      done();
      if (!known.stopping) spec.onExit?.(code, signal);
    });
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
