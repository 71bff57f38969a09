import { setTimeout as sleep } from "node:timers/promises";

/** The code of an AWS error, e.g. `DependencyViolation`; empty for others. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** An error of the AWS SDK as one line. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const status = "$metadata" in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : undefined;
  const text = error.message === "" ? "no message" : error.message;
  return `${error.name}${status === undefined ? "" : ` (HTTP ${status})`}: ${text}`;
}

/** Runs `work`; `undefined` when it fails with one of `codes`, which say that the thing is not there. */
export async function unlessGone<T>(codes: readonly string[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (codes.includes(codeOf(error))) return undefined;
    throw error;
  }
}

export interface Patience {
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly onWait?: (message: string) => void;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Tries again while `work` fails with one of `codes`, with growing pauses, up to the limit. */
export async function retryOn<T>(codes: readonly string[], patience: Patience, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + patience.limitMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!codes.includes(codeOf(error)) || Date.now() + pause > end) throw error;
      patience.onWait?.(`waiting: ${describe(error)}`);
      await sleep(pause, undefined, { signal: patience.signal });
    }
  }
}

/** Asks until `done` says yes. */
export async function waitUntil(what: string, patience: Patience, done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience.limitMs;
  for (let pause = firstPauseMs; !(await done()); pause = Math.min(pause * 2, longestPauseMs)) {
    if (Date.now() + pause > end) throw new Error(`${what}: not so after ${patience.limitMs / 1000} s`);
    patience.onWait?.(`waiting: ${what}`);
    await sleep(pause, undefined, { signal: patience.signal });
  }
}
