import { spawn } from "node:child_process";
import { abortReason } from "../provider/calls.ts";
import { isSystemError } from "../provider/system-error.ts";

export interface ProgramSpec {
  /** The interpreter with its arguments; the command line becomes the last one. */
  readonly interpreter: readonly string[];
  readonly command: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: string;
  /** Every line as it comes, without its end. */
  readonly onLine?: (stream: "stdout" | "stderr", line: string) => void;
  /** Aborted: SIGINT to the whole process group, later SIGTERM, at last SIGKILL. */
  readonly signal: AbortSignal;
  /** How long after SIGINT the others follow, in ms. */
  readonly graceMs?: { readonly term: number; readonly kill: number };
}

export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
}

const defaultGraceMs = { term: 5_000, kill: 15_000 };

/** Process groups of commands that run, for the end of this process. */
const groups = new Set<number>();

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // ESRCH: it has ended by itself meanwhile.
    if (!isSystemError(error, "ESRCH")) throw error;
  }
}

/** Ends every command that still runs. */
export function killAll(): void {
  for (const leader of groups) signalGroup(leader, "SIGKILL");
}

/** Cuts a stream of bytes into lines. */
export function lineSplitter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = "";
  const emit = (text: string): void => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  };
  return {
    push: (chunk) => emit(decoder.decode(chunk, { stream: true })),
    end: () => {
      emit(decoder.decode());
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

/** One line end fewer, as a shell's `$(...)` of one line. */
function trimmed(chunks: readonly Buffer[]): string {
  return textOf(chunks).replace(/\n$/, "");
}

/**
 * Runs a command in a process group of its own and collects what it writes.
 *
 * @throws with the exit status, the command and all its output when it fails, is killed, or cannot be started.
 */
export function runProgram(spec: ProgramSpec): Promise<ProgramOutput> {
  return new Promise((resolve, reject) => {
    const [file = "/bin/sh", ...args] = spec.interpreter;
    const both: Buffer[] = [];
    const fail = (what: string, cause?: unknown): void =>
      reject(new Error(`${what}: running ${JSON.stringify(spec.command)}:\n${textOf(both)}`, { cause }));
    if (spec.signal.aborted) return fail(abortReason(spec.signal));

    const child = spawn(file, [...args, spec.command], { cwd: spec.cwd, env: spec.env, detached: true });
    const leader = child.pid;
    if (leader !== undefined) groups.add(leader);
    const timers: NodeJS.Timeout[] = [];
    const stop = (): void => {
      if (leader === undefined) return;
      const grace = spec.graceMs ?? defaultGraceMs;
      signalGroup(leader, "SIGINT");
      timers.push(setTimeout(() => signalGroup(leader, "SIGTERM"), grace.term));
      timers.push(setTimeout(() => signalGroup(leader, "SIGKILL"), grace.kill));
    };
    spec.signal.addEventListener("abort", stop, { once: true });

    const collected = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const splitters = (["stdout", "stderr"] as const).map((name) => {
      const lines = lineSplitter((line) => spec.onLine?.(name, line));
      child[name].on("data", (chunk: Buffer) => {
        collected[name].push(chunk);
        both.push(chunk);
        lines.push(chunk);
      });
      return lines;
    });
    // A command that does not read its input is no failure.
    child.stdin.on("error", () => {});
    child.stdin.end(spec.stdin);

    const done = (): void => {
      spec.signal.removeEventListener("abort", stop);
      timers.forEach(clearTimeout);
      if (leader !== undefined) groups.delete(leader);
      for (const lines of splitters) lines.end();
    };
    child.on("error", (error) => {
      done();
      fail(error.message, error);
    });
    child.on("close", (code, signal) => {
      done();
      if (code === 0) resolve({ stdout: trimmed(collected.stdout), stderr: trimmed(collected.stderr) });
      else fail(signal === null ? `exit status ${code}` : `signal: ${signal}`);
    });
  });
}
