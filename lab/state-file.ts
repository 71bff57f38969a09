import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isAlive } from "../processes/process-identity.ts";

/** `state.json` in the lab's folder: how to reach a running lab. It holds the token, so only its owner may read it. */
const labStateSchema = z.object({
  version: z.literal(1),
  pid: z.number().int(),
  /** Tells the supervisor from a later process with the same id; empty where the system does not say. */
  startTime: z.string(),
  since: z.string(),
  url: z.string(),
  token: z.string(),
  owned: z.boolean(),
  endpoints: z.record(z.string(), z.string()),
  /** The environment for users, without PATH. */
  env: z.record(z.string(), z.string()),
  /** Folders that belong in front of PATH. */
  path: z.array(z.string()),
});
export type LabState = z.infer<typeof labStateSchema>;

const stateFile = (dir: string): string => join(dir, "state.json");

/** Writes it in one step, so that a reader meets the old one or the new one. */
export function writeState(dir: string, state: LabState): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const temporary = `${stateFile(dir)}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(state, undefined, 2), { mode: 0o600 });
  renameSync(temporary, stateFile(dir));
}

export const removeState = (dir: string): void => rmSync(stateFile(dir), { force: true });

/** The state of the lab that runs in this folder; undefined when none does, even if one left its state behind. */
export function readState(dir: string): LabState | undefined {
  let text: string;
  try {
    text = readFileSync(stateFile(dir), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // not written by a lab: it writes the whole file or none
  }
  const state = labStateSchema.safeParse(json);
  return state.success && isAlive(state.data.pid, state.data.startTime) ? state.data : undefined;
}
