import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { verdictSchema } from "../analysis/verdict-schema.ts";
import { isRunId } from "./run-id.ts";

/** Older verdicts have no turns; one without a cost does not tell how long the run took. */
const measuredSchema = z.object({
  run: z.string(),
  cost: z.object({ hours: z.number() }).optional(),
  schedule: z.object({ perNode: verdictSchema.shape.schedule.shape.perNode.unwrap() }),
});

/** The newest run in a folder of runs whose verdict tells how long nodes took; undefined when there is none. */
export function lastMeasuredRun(runsDir: string) {
  if (!existsSync(runsDir)) return undefined;
  for (const name of readdirSync(runsDir).filter(isRunId).sort().reverse()) {
    const file = join(runsDir, name, "verdict.json");
    const parsed = existsSync(file) ? measuredSchema.safeParse(parseJson(file)) : undefined;
    if (parsed?.success !== true || parsed.data.schedule.perNode.turns.length === 0) continue;
    const { run, cost, schedule } = parsed.data;
    return { run, turns: schedule.perNode.turns, ...(cost === undefined ? {} : { minutes: cost.hours * 60 }) };
  }
  return undefined;
}

/** A verdict that is damaged is none. */
function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
