import type { ChildProcess } from "node:child_process";

export interface ProcessSpec {
  /** Unique within the lab; names the log file `logs/<name>.log`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the lab's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** With an IPC channel (for processes of Node.js). */
  readonly ipc?: boolean;
  /** Called when it ended without having been stopped. */
  readonly onExit?: (code: number | null, signal: NodeJS.Signals | null) => void;
}

/**
 * The lab's child processes. None outlives the lab: a guardian process notices the end of the supervisor, even by
 * SIGKILL, and kills what is left.
 */
export interface Processes {
  start(spec: ProcessSpec): ChildProcess;
  /** SIGTERM, after `graceMs` SIGKILL; resolves when the process is gone. */
  stop(child: ChildProcess, graceMs?: number): Promise<void>;
  stopAll(): Promise<void>;
}
