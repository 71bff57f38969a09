import { z } from "zod";
import { verdicts } from "../../analysis/verdict-schema.ts";
import { lastOf, type JournalRecord } from "../journal.ts";
import { readIfThere } from "../files.ts";
import type { Runs } from "../run.ts";
import { steps } from "../config.ts";

/** A run of an older version may lack what later ones added, but not this. */
const verdictOnly = z.object({ verdict: z.enum(verdicts) });

export interface RunSummary {
  readonly run: string;
  /** The verdict, or how far the run has come. */
  readonly state: string;
}

/** The runs of a stack, oldest first. */
export async function summaries(runs: Runs): Promise<RunSummary[]> {
  return await Promise.all(
    (await runs.list()).map(async (name) => {
      const run = await runs.get(name);
      const text = await readIfThere(run.path("verdict.json"));
      const state = text === undefined ? progressOf(await run.journal()) : verdictOnly.parse(JSON.parse(text)).verdict;
      return { run: name, state };
    }),
  );
}

/** e.g. `upgrade failed`, `baseline finished`. */
export function progressOf(journal: readonly JournalRecord[]): string {
  const last = [...steps].reverse().flatMap((step) => lastOf(step, journal) ?? [])[0];
  return last === undefined ? "opened" : `${last.step} ${last.type}`;
}

export function runsText(rows: readonly RunSummary[]): string {
  const width = Math.max(0, ...rows.map(({ run }) => run.length));
  return rows.map(({ run, state }) => `${run.padEnd(width)}  ${state}\n`).join("");
}
