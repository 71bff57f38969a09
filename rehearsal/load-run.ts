import { createReadStream, existsSync } from "node:fs";
import { z } from "zod";
import { Columns } from "../analysis/columns.ts";
import type { LoadRun } from "../analysis/load-run.ts";
import { SampleDecoder } from "../analysis/sample-file.ts";
import { count } from "../analysis/words.ts";
import { RehearsalError } from "./errors.ts";
import { readIfThere } from "./files.ts";
import type { LoadKind } from "./load/plan.ts";
import { loadResultSchema } from "./load/result.ts";
import type { Run } from "./run.ts";

/** Which pods were ready behind the Service as the baseline began; older runs have none. */
export const servingFile = "serving.json";
const servingSchema = z.object({ pods: z.array(z.string()) });

/** A load run with its samples in columns. */
export type LoadedRun = LoadRun & { readonly samples: Columns };

/**
 * Reads what a load run left. One without its `<kind>.json` was cut off: it is incomplete, and its times come from the
 * samples.
 *
 * @throws RehearsalError when there are no samples at all
 */
export async function readLoadRun(run: Run, kind: LoadKind): Promise<LoadedRun> {
  const file = run.path(`${kind}.samples`);
  if (!existsSync(file))
    throw new RehearsalError(`Run ${run.name} has no ${kind}: there is no ${file}.`, { next: "run its steps first" });
  const samples = new Columns();
  let startMs = Infinity;
  let endMs = -Infinity;
  const decoder = new SampleDecoder();
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>)
    decoder.each(chunk, (sample) => {
      samples.push(sample);
      startMs = Math.min(startMs, sample.dueMs);
      endMs = Math.max(endMs, sample.dueMs + sample.durationMs);
    });
  const text = await readIfThere(run.path(`${kind}.json`));
  if (text === undefined) {
    const none = samples.length === 0;
    const times = { startMs: none ? 0 : startMs, endMs: none ? 0 : endMs };
    return { ...times, rate: null, droppedIterations: 0, complete: false, exitClass: "failed", samples };
  }
  const result = loadResultSchema.parse(JSON.parse(text));
  const { startMs: fromMs, endMs: toMs, rate, droppedIterations, exitClass } = result;
  const { fresh, kept, canary } = result.requests;
  const lost = fresh + kept + canary - samples.length;
  // A file that ends early is read up to there: what it lacks was there once.
  const ends =
    lost > 0 ? `${file} ends early: ${count(lost, "request")} of it ${lost === 1 ? "is" : "are"} missing` : undefined;
  const complete = result.complete && ends === undefined;
  const problem = result.problem ?? ends;
  const serving = kind === "baseline" ? await readIfThere(run.path(servingFile)) : undefined;
  const pods = serving === undefined ? undefined : servingSchema.parse(JSON.parse(serving)).pods;
  return { startMs: fromMs, endMs: toMs, rate, droppedIterations, complete, exitClass, problem, pods, samples };
}
