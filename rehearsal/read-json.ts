import type { z } from "zod";
import { RehearsalError } from "./errors.ts";
import { readIfThere } from "./files.ts";
import type { Run } from "./run.ts";

/** @throws RehearsalError when a run lacks the file or it is not of that form */
export async function readJson<T>(run: Run, name: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readIfThere(run.path(name));
  if (text === undefined)
    throw new RehearsalError(`Run ${run.name} has no ${name}: it has not come so far.`, {
      next: "`pulumi up` goes on with it",
      log: run.path("journal.ndjson"),
    });
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new RehearsalError(`${name} of run ${run.name} is not of the form that this version writes.`, {
      details: parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".")}: ${message}`),
      next: `\`rehearsal report ${run.name}\` judges the run anew from its samples`,
    });
  return parsed.data;
}
