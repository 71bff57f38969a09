import { mkdir, readdir, rm } from "node:fs/promises";
import { z } from "zod";
import { parseEvents, type RehearsalEvent } from "../analysis/events.ts";
import { eventMs, isRoll } from "../analysis/steps.ts";
import { readIfThere, writeJson } from "./files.ts";
import { loadResultSchema } from "./load/result.ts";
import { Run } from "./run.ts";

/**
 * Where a roll of a run keeps its samples and results: the first upgrade in the run's own folder, each further one in
 * `rolls/<name>/`. Journal, events and kops logs are the run's.
 */
export async function rollFolder(run: Run, name: string): Promise<Run> {
  if (name === "") return run;
  const folder = new Run(run.name, run.path("rolls", name));
  await mkdir(folder.path("logs"), { recursive: true });
  return folder;
}

/** The folder for a roll that begins now: what an earlier try has left in it is gone, and its events are not this one's. */
export async function newRollFolder(run: Run, name: string): Promise<Run> {
  await rm(run.path("rolls", name), { recursive: true, force: true });
  const folder = await rollFolder(run, name);
  await writeJson(folder.path("begun.json"), { atMs: Date.now() } satisfies z.infer<typeof begunSchema>);
  return folder;
}

const begunSchema = z.object({ atMs: z.number() });

/** When a roll began that is not the first try; what went before it has no bounds. */
async function begunMs(folder: Run): Promise<number> {
  const text = await readIfThere(folder.path("begun.json"));
  return text === undefined ? -Infinity : begunSchema.parse(JSON.parse(text)).atMs;
}

/** Events of a run without those of its other rolls: a roll is judged by what happened in it. */
export async function eventsOf(run: Run, folder: Run): Promise<RehearsalEvent[]> {
  const events = parseEvents((await readIfThere(run.path("events.ndjson"))) ?? "");
  const own = await loadTimes(folder);
  if (own === undefined) return events;
  const names = await readdir(run.path("rolls")).catch(() => []);
  const folders = await Promise.all(["", ...names].map((name) => rollFolder(run, name)));
  const others = (await Promise.all(folders.filter(({ dir }) => dir !== folder.dir).map(loadTimes))).filter(
    (times) => times !== undefined,
  );
  // The rest of a resumed roll belongs to it, too: all since the load of the roll before it ended.
  const fromMs = Math.max(
    await begunMs(folder),
    ...others.filter(({ endMs }) => endMs <= own.startMs).map(({ endMs }) => endMs),
  );
  const toMs = Math.min(
    Infinity,
    ...others.filter(({ startMs }) => startMs >= own.endMs).map(({ startMs }) => startMs),
  );
  return events.filter((event) => !isRoll(event) || (eventMs(event) > fromMs && eventMs(event) < toMs));
}

async function loadTimes(folder: Run): Promise<{ startMs: number; endMs: number } | undefined> {
  const text = await readIfThere(folder.path("upgrade.json"));
  return text === undefined ? undefined : loadResultSchema.parse(JSON.parse(text));
}
