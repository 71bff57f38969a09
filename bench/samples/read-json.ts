import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Columns } from "../../analysis/columns.ts";
import type { Habit } from "../../analysis/sample.ts";

interface Point {
  readonly type: string;
  readonly metric: string;
  readonly data: { readonly time: string; readonly value: number; readonly tags?: Record<string, string> };
}

/** What an analysis of k6's own JSON has to do first: the duration of each request out of a dozen points about it. */
export async function readJson(file: string): Promise<Columns> {
  const columns = new Columns();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { type, metric, data } = JSON.parse(line) as Point;
    if (type !== "Point" || metric !== "http_req_duration") continue;
    const habit = (data.tags?.["scenario"] ?? "fresh") as Habit;
    const dueMs = Date.parse(data.time) - data.value;
    columns.push({ dueMs, durationMs: data.value, outcome: "ok", habit, target: "" });
  }
  return columns;
}
