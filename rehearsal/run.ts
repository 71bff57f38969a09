import { mkdir, readdir, realpath, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { RehearsalConfig, StepName } from "./config.ts";
import { UsageError } from "./errors.ts";
import { LineFile, pointLink, readIfThere, writeJson } from "./files.ts";
import { decide, parseJournal, type JournalRecord, type StepAction } from "./journal.ts";
import { isRunId, runId, runKey } from "./run-id.ts";

const ownerSchema = z.object({
  clusterName: z.string(),
  stateStore: z.string(),
  /** A new one each time that the cluster is created. */
  generation: z.string(),
  createdAt: z.string(),
});
/** The mirror cluster that this stack owns, from `own` to `delete`. */
export type Owner = z.infer<typeof ownerSchema>;

const currentSchema = z.object({ run: z.string(), key: z.string() });

/** One run: its folder and its journal. */
export class Run {
  constructor(
    readonly name: string,
    readonly dir: string,
  ) {}

  /** A file of this run. */
  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  async journal(): Promise<JournalRecord[]> {
    return parseJournal((await readIfThere(this.path("journal.ndjson"))) ?? "");
  }

  async decide(step: StepName): Promise<StepAction> {
    return decide(step, await this.journal());
  }

  /** On disk when it returns. */
  record(record: DistributiveOmit<JournalRecord, "time">): void {
    const file = new LineFile(this.path("journal.ndjson"), { sync: true });
    file.append(JSON.stringify({ time: new Date().toISOString(), ...record }));
    file.close();
  }
}
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** All runs of a stack. */
export class Runs {
  constructor(readonly dir: string) {}

  async owner(): Promise<Owner | undefined> {
    const text = await readIfThere(join(this.dir, "cluster.json"));
    return text === undefined ? undefined : ownerSchema.parse(JSON.parse(text));
  }

  /** Records that this stack owns the cluster; the record stays as it is when it already does. */
  async own(config: Pick<RehearsalConfig, "clusterName" | "stateStore">): Promise<Owner> {
    const existing = await this.owner();
    if (existing?.clusterName === config.clusterName && existing.stateStore === config.stateStore) return existing;
    const owner: Owner = {
      clusterName: config.clusterName,
      stateStore: config.stateStore,
      generation: randomUUID(),
      createdAt: new Date().toISOString(),
    };
    await writeJson(join(this.dir, "cluster.json"), owner);
    return owner;
  }

  /** The cluster is gone: its run is closed, and the next one begins anew. */
  async disown(reason: string): Promise<void> {
    const current = await this.current();
    current?.record({ type: "closed", reason });
    await rm(join(this.dir, "current.json"), { force: true });
    await rm(join(this.dir, "cluster.json"), { force: true });
  }

  async current(): Promise<Run | undefined> {
    const pointer = await this.#pointer();
    return pointer === undefined ? undefined : new Run(pointer.run, join(this.dir, pointer.run));
  }

  /** The open run for these settings; a new one when there is none. */
  async open(config: RehearsalConfig, now = new Date()): Promise<Run> {
    const owner = await this.owner();
    const key = runKey(config, owner?.generation ?? "");
    const pointer = await this.#pointer();
    if (pointer?.key === key) return new Run(pointer.run, join(this.dir, pointer.run));
    const run = await this.#create(runId(now, config.fromVersion, config.toVersion));
    run.record({ type: "opened", run: run.name, key });
    await writeJson(join(this.dir, "current.json"), { run: run.name, key });
    await pointLink(join(this.dir, "latest"), run.name);
    return run;
  }

  /** Names of all runs, oldest first. */
  async list(): Promise<string[]> {
    const names = await readdir(this.dir).catch(() => []);
    return names.filter(isRunId).sort();
  }

  /** @throws UsageError when there is no such run; `latest` is the newest. */
  async get(name: string): Promise<Run> {
    const known = await this.list();
    const real = name === "latest" ? basename(await realpath(join(this.dir, "latest")).catch(() => "")) : name;
    if (!known.includes(real)) {
      const newest = known.slice(-3);
      throw new UsageError(`There is no run ${name} in ${this.dir}.`, {
        details: [newest.length === 0 ? "It holds no run yet." : `The newest are ${newest.join(", ")}.`],
        next: "list them with `rehearsal runs`",
      });
    }
    return new Run(real, join(this.dir, real));
  }

  async #pointer(): Promise<z.infer<typeof currentSchema> | undefined> {
    const text = await readIfThere(join(this.dir, "current.json"));
    return text === undefined ? undefined : currentSchema.parse(JSON.parse(text));
  }

  /** Two runs of one second get different names. */
  async #create(name: string): Promise<Run> {
    await mkdir(this.dir, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const unique = attempt === 1 ? name : `${name}-${attempt}`;
      const created = await mkdir(join(this.dir, unique)).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "EEXIST" && attempt < 100) return false;
          throw error;
        },
      );
      if (!created) continue;
      await mkdir(join(this.dir, unique, "logs"));
      return new Run(unique, join(this.dir, unique));
    }
  }
}
