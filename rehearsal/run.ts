import { mkdir, readdir, realpath, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { productionSchema, type RehearsalConfig, type StepName } from "./config.ts";
import { messageOf, RehearsalError, UsageError } from "./errors.ts";
import { runFingerprint } from "./fingerprint.ts";
import { LineFile, pointLink, readIfThere, writeJson, writeWhole } from "./files.ts";
import { decide, parseJournal, rollingStep, upgradedBy, type JournalRecord, type StepAction } from "./journal.ts";
import { isRunId, runId, runKey } from "./run-id.ts";

const ownerSchema = z.object({
  clusterName: z.string(),
  stateStore: z.string(),
  /** The id of the mirror's owner in its tags; a new one each time that the cluster is created. */
  generation: z.string(),
  createdAt: z.string(),
  /** What every later step must not touch. */
  production: productionSchema.optional(),
});
/** The mirror cluster that this stack owns, from `own` to `delete`. */
export type Owner = z.infer<typeof ownerSchema>;

const currentSchema = z.object({
  run: z.string(),
  key: z.string(),
  /** The version that the cluster had when the run began. */
  fromVersion: z.string(),
  /** Fingerprint of the mirror's manifests; runs of older versions do not say. */
  spec: z.string().optional(),
});

/** Also true where nobody in particular owns the mirror. */
function isOwners({ generation }: Owner, { owner }: Pick<RehearsalConfig, "owner">): boolean {
  return owner === undefined || owner === generation;
}

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
    const file = this.path("journal.ndjson");
    const text = (await readIfThere(file)) ?? "";
    try {
      return parseJournal(text);
    } catch (cause) {
      throw new RehearsalError(`The journal of run ${this.name} is damaged: what was done cannot be told from it.`, {
        details: [messageOf(cause).split("\n")[0] ?? ""],
        next: "`pulumi destroy` deletes the mirror all the same, then `pulumi up` begins anew",
        log: file,
        cause,
      });
    }
  }

  /** @param creation journal of creating the cluster */
  async decide(
    step: StepName,
    creation: readonly JournalRecord[] = [],
    wayBack?: NonNullable<RehearsalConfig["revert"]>["when"],
  ): Promise<StepAction> {
    return decide(step, await this.journal(), creation, wayBack);
  }

  /** On disk when it returns. */
  record(record: DistributiveOmit<JournalRecord, "time">): void {
    const file = new LineFile(this.path("journal.ndjson"), { sync: true });
    try {
      file.append(JSON.stringify({ time: new Date().toISOString(), ...record }));
    } finally {
      file.close();
    }
  }
}
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** All runs of a stack, and its cluster, which lives through several of them. */
export class Runs {
  constructor(readonly dir: string) {}

  /** The journal, events and logs of creating and deleting the cluster. */
  async cluster(): Promise<Run> {
    const run = new Run("cluster", join(this.dir, "cluster"));
    await mkdir(run.path("logs"), { recursive: true });
    return run;
  }

  /** What was looked at before anything is created; it has no cluster yet. */
  async preflight(): Promise<Run> {
    const run = new Run("preflight", join(this.dir, "preflight"));
    await mkdir(run.dir, { recursive: true });
    return run;
  }

  async owner(): Promise<Owner | undefined> {
    const text = await readIfThere(join(this.dir, "cluster.json"));
    return text === undefined ? undefined : ownerSchema.parse(JSON.parse(text));
  }

  /**
   * Records that this stack owns the cluster; when it already does, only production's identity is written anew.
   *
   * @throws UsageError when the stack owns another one
   */
  async own(config: Pick<RehearsalConfig, "clusterName" | "stateStore" | "production" | "owner">): Promise<Owner> {
    const existing = await this.owner();
    if (existing !== undefined) {
      const same = existing.clusterName === config.clusterName && existing.stateStore === config.stateStore;
      if (same && isOwners(existing, config)) {
        const renewed = { ...existing, production: config.production ?? existing.production };
        await writeJson(join(this.dir, "cluster.json"), renewed);
        return renewed;
      }
      if (same) await this.disown("the mirror is another one: its stack was lost, or it was swept");
      else
        throw new UsageError(`This stack owns another cluster: ${existing.clusterName} in ${existing.stateStore}.`, {
          details: [`The settings name ${config.clusterName} in ${config.stateStore}.`],
          next: "`pulumi destroy` with the old settings, then `pulumi up` with the new ones",
        });
    }
    const owner: Owner = {
      clusterName: config.clusterName,
      stateStore: config.stateStore,
      generation: config.owner ?? randomUUID(),
      createdAt: new Date().toISOString(),
      production: config.production,
    };
    await rm(join(this.dir, "cluster"), { recursive: true, force: true });
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

  /**
   * The open run for these settings and this specification of the mirror; a new one when there is none.
   *
   * @throws RehearsalError when another run has left the cluster between two versions, as a baseline would be of neither, or
   *   at the new one, as there is nothing left to upgrade
   * @param fromVersion asked only for a new run: the version that the cluster has, as it may have been upgraded before
   */
  async open(
    config: RehearsalConfig,
    fromVersion: () => Promise<string>,
    now = new Date(),
  ): Promise<{ readonly run: Run; readonly fromVersion: string }> {
    const owner = await this.owner();
    const key = runKey(config, owner?.generation ?? "");
    const spec = runFingerprint(config.manifests);
    const pointer = await this.#pointer();
    if (pointer?.key === key && (pointer.spec ?? spec) === spec)
      return { run: new Run(pointer.run, join(this.dir, pointer.run)), fromVersion: pointer.fromVersion };
    const current = await this.current();
    const rolling = current === undefined ? undefined : rollingStep(await current.journal());
    if (current !== undefined && rolling !== undefined)
      throw new RehearsalError(
        `The mirror is between two versions: the ${rolling.step} of run ${current.name} ${rolling.ended ? "halted" : "has not ended"}.`,
        {
          details: ["The settings have changed since, so this is another run, and it has nothing to compare with."],
          next: `${rolling.ended ? "" : "`pulumi up` with the former settings ends it, "}\`npx rehearsal revert\` takes it back, \`pulumi destroy\` ends it all`,
          log: current.path("journal.ndjson"),
        },
      );
    const from = await fromVersion();
    if (current !== undefined && from === config.toVersion && upgradedBy(await current.journal()))
      throw new RehearsalError(`${config.clusterName} is at ${from} already: run ${current.name} upgraded it.`, {
        details: ["The settings have changed since, so this is another run, and it needs a mirror at the old version."],
        next: "`npx rehearsal revert` takes it back, then `pulumi up` rehearses anew; or `pulumi destroy` and `pulumi up`",
      });
    const run = await this.#create(runId(now, from, config.toVersion));
    run.record({ type: "opened", run: run.name, key });
    // How the cluster came to be is part of its first run; later ones find it there.
    for (const name of ["events.ndjson", "commands.txt"]) {
      const created = await readIfThere(join(this.dir, "cluster", name));
      if (created !== undefined && pointer === undefined) await writeWhole(run.path(name), created);
    }
    await pointLink(join(this.dir, "latest"), run.name);
    // The last thing: whoever is killed before it opens another run, whoever is killed after it has opened this one.
    await writeJson(join(this.dir, "current.json"), { run: run.name, key, fromVersion: from, spec });
    return { run, fromVersion: from };
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
