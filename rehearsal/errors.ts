import { exitStatus } from "./exit-status.ts";

/** What a person needs at 3 a.m.; all parts but the first line are optional. */
export interface ErrorParts {
  /** What is there, what was expected: one line each. */
  readonly details?: readonly string[];
  /** What to do next. */
  readonly next?: string;
  /** The file with everything. */
  readonly log?: string;
  readonly cause?: unknown;
}

/** A failure of the tool or of what it calls, worded for a person. */
export class RehearsalError extends Error {
  readonly status: number = exitStatus.failure;

  constructor(
    readonly summary: string,
    parts: ErrorParts = {},
  ) {
    const lines = [
      summary,
      ...(parts.details ?? []).map((line) => `  ${line}`),
      ...(parts.next === undefined ? [] : [`  Next: ${parts.next}`]),
      ...(parts.log === undefined ? [] : [`  Log: ${parts.log}`]),
    ];
    super(lines.join("\n"), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = new.target.name;
  }
}

/** Wrong usage, wrong settings, or a run that does not exist. */
export class UsageError extends RehearsalError {
  override readonly status = exitStatus.usage;
}

/** Preflight found errors that nobody has accepted; nothing was created. */
export class PreflightError extends RehearsalError {
  override readonly status = exitStatus.preflight;
}

/** SIGINT or SIGTERM came. */
export class Interrupted extends RehearsalError {
  override readonly status = exitStatus.interrupted;
}

/** The disk is full, or what one may have of it is used up. */
export function isNoRoom(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}

/** What to show of anything thrown: what nobody has worded for a person gets a next step all the same. */
export function textOf(error: unknown): string {
  if (error instanceof RehearsalError) return error.message;
  const next = isNoRoom(error)
    ? "make room where the project is (`df -h .`), then run the same command again: what was kept before is whole"
    : "run the same command again; if it ends like this once more, REHEARSAL_DEBUG=1 before it shows where";
  return `${messageOf(error)}\n  Next: ${next}`;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
