import { existsSync } from "node:fs";
import { readLoadRun } from "./load-run.ts";
import type { LoadKind } from "./load/plan.ts";
import type { Run } from "./run.ts";

/** What an earlier process has left of a load run. */
export interface CutOff {
  readonly requests: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Undefined when there is nothing, or nothing of use. */
export async function cutOff(folder: Run, kind: LoadKind): Promise<CutOff | undefined> {
  if (!existsSync(folder.path(`${kind}.samples`))) return undefined;
  const { samples, startMs, endMs } = await readLoadRun(folder, kind);
  return samples.length === 0 ? undefined : { requests: samples.length, startMs, endMs };
}

/** `05:31:07` to `05:31:19`, UTC, as in the events. */
export function span({ startMs, endMs }: Pick<CutOff, "startMs" | "endMs">): string {
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
  return `from ${clock(startMs)} to ${clock(endMs)}`;
}
