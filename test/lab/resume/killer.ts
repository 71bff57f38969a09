import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa, type ResultPromise } from "execa";
import type { EventKind, RehearsalEvent } from "../../../analysis/events.ts";
import { isAlive } from "../../../processes/process-identity.ts";
import type { StepName } from "../../../rehearsal/config.ts";
import { readIfThere } from "../../../rehearsal/files.ts";
import { parseJournal, type JournalRecord } from "../../../rehearsal/journal.ts";
import type { Clone } from "../end-to-end/clone.ts";
import { processesOf } from "../end-to-end/processes-of.ts";
import type { SmallDisk } from "./small-disk.ts";

/**
 * What happens to a rehearsal: SIGKILL for its step, for kops alone, for the Pulumi CLI alone, for all of it as by a power
 * cut; Ctrl-C once or twice; credentials that run out; a network that is gone for a while; a disk that is full.
 */
export type Blow = "step" | "kops" | "pulumi" | "all" | "ctrl-c" | "ctrl-c twice" | "credentials" | "network" | "disk";

/** When which step is hit: so long after it began, or, for kops, after the first command that changes the cluster did. */
export interface Stroke {
  readonly step: StepName;
  readonly blow: Blow;
  readonly afterMs: number;
  /** Wait for one more such event of the run first, or for events that fit. */
  readonly once?: EventKind | ((events: readonly RehearsalEvent[]) => boolean);
  /** Under `pulumi`, or as the command that Pulumi runs. Default: the command. */
  readonly by?: "up" | "destroy";
}

type Running = ResultPromise<{ reject: false; all: true }>;

/** Starts a rehearsal again and again, and ends it each time. */
export class Killer {
  /** What was really hit, and not over before. */
  readonly hits: string[] = [];

  /** @param disk what the clone's runs are kept on; without it none can be full */
  constructor(
    private readonly clone: Clone,
    private readonly disk?: SmallDisk,
  ) {}

  /** @returns everything that was printed until the end */
  async strike({ step, blow, afterMs, once, by }: Stroke): Promise<string> {
    const before = new Set(await this.#started(step));
    const come = await this.#awaited(once);
    const running =
      by === undefined
        ? this.#start("node", ["bin/rehearsal.mjs", "step", step], await this.#config(step))
        : this.#start("pulumi", [by, "--yes", "--skip-preview", "--stack", "local", "--non-interactive"]);
    let struck = blow;
    let ended = false;
    void running.then(() => (ended = true));
    const over = (): boolean => ended;
    const pid = await this.#begun(step, before, over);
    if (pid === undefined) {
      const { exitCode, all } = await running;
      if (exitCode !== 0) throw new Error(`step ${step} was not begun before the end:\n${all.slice(-4000)}`);
      // The one before was quicker than its blow.
      process.stderr.write(`  too late: ${step} has nothing left to do\n`);
      return all;
    }
    if (blow === "kops") await this.#untilKopsActs(over);
    while (!over() && !(await come())) await delay(20);
    await delay(afterMs);
    // The command that acts by now; there is one after the other.
    const target = blow === "kops" ? await this.#untilKopsActs(over) : undefined;
    if (ended) process.stderr.write(`  too late: ${step} has ended\n`);
    else {
      const of = by === undefined ? "" : ` of pulumi ${by}`;
      const what = `${step}: ${blow} ${Math.round(afterMs)} ms after ${typeof once === "string" ? once : once === undefined ? "it began" : "what it waited for"}${of}`;
      // A step that was quicker than the blow is no hit; what follows it must not begin either.
      if (!isAlive(pid, "") || (blow === "kops" && target === undefined)) {
        process.stderr.write(`  too late: ${what}\n`);
        struck = "all";
      } else this.hits.push(what);
      await this.#hit(struck, { running, pid, kops: target });
    }
    const { all } = await running;
    await until("the end of the step", () => !isAlive(pid, ""), 180_000);
    // What Pulumi names for a stack that a killed CLI has left locked.
    if (by !== undefined && ["pulumi", "all", "ctrl-c twice"].includes(struck))
      await this.clone.pulumi(["cancel", "--yes", "--stack", "local"]);
    await until("the end of what it ran", () => this.survivors().length === 0, 60_000);
    return all;
  }

  /** kops and k6 that still run for this clone. */
  survivors(): number[] {
    return processesOf(this.clone, /\/(kops|k6)$/).filter((pid) => isAlive(pid, ""));
  }

  async journal(of: "latest" | "cluster" | "preflight"): Promise<JournalRecord[]> {
    return parseJournal((await readIfThere(join(this.clone.dir, ".rehearsal/local", of, "journal.ndjson"))) ?? "");
  }

  async #hit(
    blow: Blow,
    { running, pid, kops }: { running: Running; pid: number; kops: number | undefined },
  ): Promise<void> {
    const leader = running.pid ?? -1;
    switch (blow) {
      case "step":
        return kill(pid, "SIGKILL");
      case "kops":
        return kill(kops ?? -1, "SIGKILL");
      case "pulumi":
        return kill(leader, "SIGKILL");
      case "all":
        kill(-leader, "SIGKILL");
        for (const step of processesOf(this.clone, /\/node$/, /rehearsal\.mjs step/)) kill(step, "SIGKILL");
        return;
      case "ctrl-c":
        return kill(leader, "SIGINT");
      case "ctrl-c twice":
        kill(leader, "SIGINT");
        await delay(500);
        return kill(leader, "SIGINT");
      case "credentials": {
        const fault = await this.clone.lab.fault("aws-expired");
        await running;
        return await this.clone.lab.clearFault(fault.id);
      }
      case "network":
        await this.clone.lab.fault("aws-lost", { forMs: 6000 });
        await this.clone.lab.fault("api-errors", { forMs: 6000 });
        await Promise.race([running, delay(8000)]);
        return kill(pid, "SIGKILL");
      case "disk":
        if (this.disk === undefined) throw new Error("the runs of this clone have no disk of their own");
        this.disk.fill();
        await running;
        return this.disk.makeRoom();
    }
  }

  /** The settings that Pulumi gave the step the last time. */
  async #config(step: StepName): Promise<string> {
    const ofCluster = ["own", "apply", "kubeconfig", "delete"].includes(step);
    const of = step === "preflight" ? step : ofCluster ? "cluster" : "latest";
    const config = await readIfThere(join(this.clone.dir, ".rehearsal/local", of, "config.json"));
    if (config === undefined) throw new Error(`step ${step} has not been run by Pulumi yet`);
    return config;
  }

  #start(file: string, args: readonly string[], input?: string): Running {
    return execa(file, args, {
      cwd: this.clone.dir,
      env: this.clone.lab.env,
      reject: false,
      all: true,
      detached: true,
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    });
  }

  /** How to find out whether what a stroke waits for has come. */
  async #awaited(once: Stroke["once"]): Promise<() => Promise<boolean>> {
    if (once === undefined) return () => Promise.resolve(true);
    if (typeof once === "function") return async () => once(await this.clone.events());
    const told = async (): Promise<number> => (await this.clone.events()).filter(({ kind }) => kind === once).length;
    const before = await told();
    return async () => (await told()) > before;
  }

  /** Process ids of all that began this step, in the runs that are the latest by now. */
  async #started(step: StepName): Promise<number[]> {
    const journals = (["preflight", "cluster", "latest"] as const).map((of) => this.journal(of));
    const records = (await Promise.all(journals)).flat();
    return records.flatMap((record) => (record.type === "started" && record.step === step ? [record.pid] : []));
  }

  /** Undefined when all ended before. */
  async #begun(step: StepName, before: ReadonlySet<number>, over: () => boolean): Promise<number | undefined> {
    for (;;) {
      const begun = (await this.#started(step)).findLast((pid) => !before.has(pid));
      if (begun !== undefined) return begun;
      if (over()) return undefined;
      await delay(10);
    }
  }

  async #untilKopsActs(over: () => boolean): Promise<number | undefined> {
    for (;;) {
      const [found] = processesOf(this.clone, /\/kops$/, /(rolling-update|update|delete|replace)[^]*--yes/);
      if (found !== undefined || over()) return found;
      await delay(50);
    }
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended by itself at that very moment.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function until(what: string, condition: () => boolean, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what} did not come within ${limitMs} ms`);
    await delay(50);
  }
}
