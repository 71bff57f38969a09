import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { eventSchema } from "../../analysis/events.ts";
import { eventLine } from "../event-log.ts";
import { Runs } from "../run.ts";

const pauseMs = 250;

/** Follows a stack's events, from preflight and the cluster's creation through each of its runs, until the process is ended. */
export async function watchStack(dir: string, output: "text" | "json"): Promise<never> {
  const runs = new Runs(dir);
  const tails = new Map<string, Tail>();
  const seen = new Set<string>();
  // What happened before we came is of interest only as far as it is about what happens now.
  const since = Date.now() - 1000;
  for (;;) {
    const current = await runs.current();
    const files = [
      join(dir, "preflight", "events.ndjson"),
      join(dir, "cluster", "events.ndjson"),
      ...(current === undefined ? [] : [current.path("events.ndjson")]),
    ];
    for (const file of files) {
      const tail = tails.get(file) ?? new Tail(file);
      tails.set(file, tail);
      for (const line of await tail.read()) {
        // A run begins with a copy of the events of its cluster.
        if (seen.has(line)) continue;
        seen.add(line);
        const event = eventSchema.parse(JSON.parse(line));
        if (Date.parse(event.time) >= since)
          process.stdout.write(output === "json" ? `${line}\n` : `${eventLine(event)}\n`);
      }
    }
    await delay(pauseMs);
  }
}

/** Whole lines of a growing file that were not read yet; a file that became shorter is a new one. */
export class Tail {
  #offset = 0;
  #rest = "";

  constructor(private readonly path: string) {}

  async read(): Promise<string[]> {
    let file;
    try {
      file = await open(this.path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    try {
      const { size } = await file.stat();
      if (size < this.#offset) {
        this.#offset = 0;
        this.#rest = "";
      }
      const buffer = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset);
      this.#offset += bytesRead;
      const lines = (this.#rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
      this.#rest = lines.pop() ?? "";
      return lines.filter((line) => line !== "");
    } finally {
      await file.close();
    }
  }
}
