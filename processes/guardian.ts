import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { processStartTime } from "./process-identity.ts";

const program = fileURLToPath(new URL("./guardian.mjs", import.meta.url));

/** Environment variable that every process of a lab carries, with the lab's own mark as its value. */
export const ownerVariable = "REHEARSAL_LAB_OWNER";

/**
 * Our end of a guardian: keeps one running and tells it which process groups there are. It kills them when this process is
 * gone, however that came about.
 */
export class Guardian {
  readonly #groups = new Map<number, string>();
  readonly #owner: string | undefined;
  readonly #logFile: string | undefined;
  #process: ChildProcess | undefined;
  #released = false;
  #restarts = 0;

  /**
   * @param owner mark in the environment of processes that are killed wherever they went; absent: only the groups are
   * @param logFile gets what it killed; absent: it says nothing
   */
  constructor(owner?: string, logFile?: string) {
    this.#owner = owner;
    this.#logFile = logFile;
    this.#launch();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  watch(pid: number): void {
    this.#groups.set(pid, processStartTime(pid));
    this.#tell(`+${pid} ${this.#groups.get(pid) ?? ""}`);
  }

  unwatch(pid: number): void {
    this.#groups.delete(pid);
    this.#tell(`-${pid}`);
  }

  /** Lets the guardian go: it kills what is still registered and ends. */
  release(): Promise<void> {
    this.#released = true;
    const guardian = this.#process;
    if (!guardian || guardian.exitCode !== null || guardian.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      guardian.once("exit", () => resolve());
      guardian.ref();
      guardian.stdin?.end();
    });
  }

  #launch(): void {
    const log = this.#logFile === undefined ? "ignore" : openSync(this.#logFile, "a", 0o600);
    const mark = this.#owner === undefined ? [] : [this.#owner];
    const guardian = spawn(process.execPath, ["--max-old-space-size=32", program, ...mark], {
      stdio: ["pipe", log, log],
      detached: true,
    });
    if (typeof log === "number") closeSync(log);
    guardian.unref();
    // A broken pipe shows as the guardian's exit too, which is where it is dealt with.
    guardian.stdin?.on("error", () => undefined);
    (guardian.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    guardian.on("error", () => this.#relaunch());
    guardian.on("exit", () => this.#relaunch());
    this.#process = guardian;
    for (const [pid, start] of this.#groups) this.#tell(`+${pid} ${start}`);
  }

  #relaunch(): void {
    if (this.#released) return;
    // The delay keeps a guardian that cannot start from filling the machine with attempts.
    setTimeout(() => this.#released || this.#launch(), Math.min(100 * 2 ** this.#restarts++, 5000)).unref();
  }

  #tell(line: string): void {
    if (this.#process?.stdin?.writable) this.#process.stdin.write(`${line}\n`);
  }
}
