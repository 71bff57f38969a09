import { z } from "zod";
import { loadExits } from "../../analysis/load-run.ts";

const count = z.number().int().min(0);

/** `baseline.json` and `upgrade.json`: how a load run went; its requests are in the samples file beside it. */
export const loadResultSchema = z.object({
  kind: z.enum(["baseline", "upgrade"]),
  /** When the first request was due and when the last one ended, in ms since the epoch. */
  startMs: z.number(),
  endMs: z.number(),
  /** Requests per second over both habits; null in the closed model. */
  rate: z.number().nullable(),
  requests: z.object({ fresh: count, kept: count, canary: count }),
  failed: count,
  droppedIterations: count,
  /** Of the k6 process that ended worst; null when a signal ended it. */
  k6ExitCode: z.number().int().nullable(),
  k6Version: z.string(),
  exitClass: z.enum(loadExits),
  /** How many k6 processes sent the load. */
  runners: z.number().int().min(1).default(1),
  /** How often the load was started: more than once when the step was interrupted and went on. */
  segments: z.number().int().min(1),
  /** True when every request from start to end is in the samples file. */
  complete: z.boolean(),
  /** Why it is not complete. */
  problem: z.string().optional(),
});
export type LoadResult = z.infer<typeof loadResultSchema>;
