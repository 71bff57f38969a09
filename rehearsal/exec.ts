import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { setPriority } from "node:os";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { RehearsalError } from "./errors.ts";
import { shortDuration } from "./event-log.ts";
import { endWithUs, interrupted, signalGroup } from "./interrupt.ts";

export interface Command {
  /** Found on PATH. */
  readonly file: string;
  readonly args: readonly string[];
  /** Added to our own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For error messages. */
  readonly cluster: string;
  readonly timeLimitMs: number;
  /** Gets everything that the program prints, appended. */
  readonly logFile?: string;
  readonly stdin?: string;
  /** Each line of either stream as it comes. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /** Stops the program; default: SIGINT or SIGTERM to us. */
  readonly signal?: AbortSignal;
  /** How long it may take to end after SIGINT; then SIGKILL. Default 30 s. */
  readonly graceMs?: number;
  /** Scheduling priority, 0 (as we) to 19 (lowest). Default 0. */
  readonly nice?: number;
  /** Do not put standard output into the log: it is a secret. */
  readonly secretOutput?: boolean;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** A program that failed, hung or could not be started. */
export class CommandError extends RehearsalError {
  constructor(
    command: Command,
    readonly problem: string,
    /** Its last lines, standard error if there is any. */
    readonly lastLines: readonly string[],
    /** Undefined when it did not end by itself. */
    readonly exitCode: number | undefined,
    readonly stdout: string,
    readonly stderr: string,
    cause?: unknown,
  ) {
    super(`${shown(command)}: ${problem} (cluster ${command.cluster})`, {
      details: lastLines,
      ...(problem.startsWith("ended by") ? { next: "`pulumi up` goes on from there" } : {}),
      ...(command.logFile === undefined ? {} : { log: command.logFile }),
      cause,
    });
  }
}

/** The command as one would type it. */
export function shown(command: Pick<Command, "file" | "args">): string {
  return [command.file, ...command.args].map(quote).join(" ");
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Runs a program to its end: arguments as an array (never a shell), in a process group of its own that is ended whole at
 * the time limit, on abort and with us.
 *
 * @returns its output, also when it exits with another status than 0 if `accept` says so
 * @throws CommandError when it cannot be started, fails or takes too long; the abort reason when it was aborted
 */
export async function run(
  command: Command,
  accept: (exitCode: number) => boolean = (code) => code === 0,
): Promise<CommandResult> {
  const abort = command.signal ?? interrupted;
  abort.throwIfAborted();
  const began = Date.now();
  if (command.logFile !== undefined) await mkdir(dirname(command.logFile), { recursive: true });
  // Whoever was stopped meanwhile must not begin: nobody would be told of the signal once more.
  abort.throwIfAborted();
  const child = execa(command.file, [...command.args], {
    env: command.env ?? {},
    detached: true,
    reject: false,
    ...(command.stdin === undefined ? { stdin: "ignore" as const } : { input: command.stdin }),
    maxBuffer: 64 * 1024 * 1024,
    stripFinalNewline: false,
  });
  if (child.pid !== undefined && command.nice !== undefined) lowerPriority(child.pid, command.nice);
  const log = command.logFile === undefined ? undefined : createWriteStream(command.logFile, { flags: "a" });
  // A disk that is full costs the log, not the program: kops must not be stopped in the middle of a node for it.
  log?.on("error", () => undefined);
  log?.write(`${new Date().toISOString()} $ ${shown(command)}\n`);
  for (const stream of ["stdout", "stderr"] as const) {
    const lines = createInterface({ input: child[stream], crlfDelay: Infinity });
    lines.on("line", (line) => {
      if (!(stream === "stdout" && command.secretOutput === true)) log?.write(`${line}\n`);
      command.onLine?.(line, stream);
    });
  }
  const ender = endOf(child.pid, command, abort);
  const result = await child;
  ender.done();
  log?.write(`${new Date().toISOString()} exit ${result.exitCode ?? result.signal ?? "not started"}\n`);
  if (log !== undefined) await closed(log);
  if (abort.aborted) throw abort.reason;
  const exitCode = result.exitCode;
  const problem = ender.timedOut()
    ? `was stopped at its time limit of ${shortDuration(command.timeLimitMs)}`
    : exitCode === undefined
      ? (result.signal ?? (result as { code?: string }).code) === "ENOENT"
        ? "the program is not on PATH"
        : `ended by ${result.signal ?? result.originalMessage ?? "an unknown cause"}`
      : accept(exitCode)
        ? undefined
        : `exit status ${exitCode}`;
  if (problem !== undefined || exitCode === undefined) {
    const lines = (result.stderr.trim() === "" && command.secretOutput !== true ? result.stdout : result.stderr).trim();
    throw new CommandError(
      command,
      problem ?? "",
      lines.split("\n").slice(-12),
      exitCode,
      result.stdout,
      result.stderr,
    );
  }
  return { exitCode, stdout: result.stdout, stderr: result.stderr, durationMs: Date.now() - began };
}

/** Resolves when all is written, or when nothing more can be. */
export function closed(log: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (log.closed) return resolve();
    log.once("close", resolve);
    log.end();
  });
}

function lowerPriority(pid: number, nice: number): void {
  try {
    setPriority(pid, nice);
  } catch (error) {
    // It has ended already.
    if ((error as { info?: { code?: string } }).info?.code !== "ESRCH") throw error;
  }
}

/**
 * Ends the group at the time limit and on abort: SIGINT, then SIGKILL. kops has no safe point: it ends where it is, as by
 * `kill -9`, and the next one goes on from there. k6 and kubectl end what they have begun.
 */
function endOf(pid: number | undefined, command: Command, abort: AbortSignal): { done(): void; timedOut(): boolean } {
  if (pid === undefined) return { done: () => undefined, timedOut: () => false };
  const forget = endWithUs(pid);
  let timedOut = false;
  let kill: NodeJS.Timeout | undefined;
  const end = (): void => {
    signalGroup(pid, "SIGINT");
    kill ??= setTimeout(() => signalGroup(pid, "SIGKILL"), command.graceMs ?? 30_000);
  };
  const limit = setTimeout(() => {
    timedOut = true;
    end();
  }, command.timeLimitMs);
  abort.addEventListener("abort", end, { once: true });
  return {
    done: () => {
      clearTimeout(limit);
      clearTimeout(kill);
      abort.removeEventListener("abort", end);
      // What the program itself left running goes with it.
      signalGroup(pid, "SIGKILL");
      forget();
    },
    timedOut: () => timedOut,
  };
}
