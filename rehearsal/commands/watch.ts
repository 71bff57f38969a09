import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { eventSchema, type RehearsalEvent } from "../../analysis/events.ts";
import { eventLine } from "../event-log.ts";
import { exitStatus } from "../exit-status.ts";
import { Runs } from "../run.ts";
import { LiveStatus } from "../status/live.ts";
import { QuietStatus } from "../status/quiet.ts";

const pauseMs = 250;

/** Where a follower puts what it reads. */
interface Display {
  /** Counts for where the rehearsal stands; is not shown itself. */
  push(event: RehearsalEvent): void;
  line(text: string): void;
  /** Whoever comes in the middle wants to know where it stands. */
  arrive(): void;
}

/**
 * Follows a stack's events, from preflight and the cluster's creation through each of its runs, until the process is ended.
 * On a terminal a region at the bottom says where the rehearsal stands and what it waits for; elsewhere plain lines do, now
 * and then.
 */
export async function watchStack(dir: string, output: "text" | "json"): Promise<never> {
  const runs = new Runs(dir);
  const tails = new Map<string, Tail>();
  const seen = new Set<string>();
  const display = displayOf(output);
  // What happened before we came counts for where it stands; only what happens now is shown.
  const since = Date.now() - 1000;
  let arrived = false;
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
        display.push(event);
        if (Date.parse(event.time) >= since) display.line(output === "json" ? line : eventLine(event));
      }
    }
    if (!arrived) display.arrive();
    arrived = true;
    await delay(pauseMs);
  }
}

function displayOf(output: "text" | "json"): Display {
  const line = (text: string): void => void process.stdout.write(`${text}\n`);
  if (output === "json") return { push: () => undefined, line, arrive: () => undefined };
  if (process.stdout.isTTY) {
    const live = new LiveStatus(process.stdout);
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        live.close();
        process.exit(exitStatus.interrupted);
      });
    return live;
  }
  const quiet = new QuietStatus(line);
  return { push: (event) => quiet.push(event), line, arrive: () => quiet.tell() };
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
