import { join } from "node:path";
import { readIfThere } from "./files.ts";
import { parseJournal } from "./journal.ts";

/**
 * Which step of a stack has begun and not ended, from the journals of its cluster and its latest run, for a person.
 *
 * @param dir where the stack keeps its runs
 * @returns undefined when the journals say of none
 */
export async function runningStep(dir: string): Promise<string | undefined> {
  const journals = await Promise.all(
    ["cluster", "latest"].map(async (run) => parseJournal((await readIfThere(join(dir, run, "journal.ndjson"))) ?? "")),
  );
  const open = journals.flatMap((records) => {
    const last = records.findLast(({ type }) => type === "started" || type === "finished" || type === "failed");
    return last?.type === "started" ? [last] : [];
  });
  const [latest] = open.sort((a, b) => (a.time < b.time ? 1 : -1));
  return latest && `step ${latest.step}, begun at ${latest.time} by process ${latest.pid}`;
}
