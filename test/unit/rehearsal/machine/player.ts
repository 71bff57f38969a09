import { basename, join } from "node:path";
import type { RehearsalConfig, StepName } from "../../../../rehearsal/config.ts";
import type { Surroundings } from "../../../../rehearsal/surroundings.ts";
import { configOf } from "../config.fixture.ts";
import { bodies, Broken, finishedBaselines, Trouble } from "./bodies.ts";
import { disk, life, type Machine } from "./machine.ts";
import { World } from "./world.ts";

/** How one command ends: whole, killed before its nth effect (in the middle of a line, maybe), or failed. */
export type End =
  | { readonly end: "whole" }
  | { readonly end: "killed"; readonly after: number; readonly torn: number }
  | { readonly end: "failed"; readonly after: number };

/** What somebody does. */
export type Move =
  | ({ readonly move: "up" | "destroy" | "revert" } & End)
  /** A step out of its order, as by hand. */
  | ({ readonly move: "step"; readonly step: StepName } & End)
  | { readonly move: "settings"; readonly toVersion: string; readonly rate: number; readonly way: Way }
  | { readonly move: "production"; readonly step: StepName };
export type Way = "never" | "midRoll" | "after";

const dir = "/project/.rehearsal/test";
const production = { clusterName: "production.example.com", networkCidrs: [] };
const ups: readonly StepName[] = ["own", "apply", "kubeconfig", "baseline", "upgrade", "verdict"];

/** Plays moves against the real step machine, as Pulumi and people would, and looks after each whether all is well. */
export class Player {
  readonly #world: World;
  readonly #trouble = new Trouble();
  readonly #around: Surroundings;
  /** What Pulumi has in its state: which command succeeded with which settings. */
  readonly #state = new Map<StepName, string>();
  #settings: { toVersion: string; rate: number; way: Way } = { toVersion: "1.35.0", rate: 100, way: "never" };
  /** Samples of baselines that a journal has called finished. */
  readonly #baselines = new Map<string, string>();
  #bodies = 0;
  /** Somebody has run steps by hand since the mirror was made, of which Pulumi does not know. */
  #byHand = false;

  constructor(private readonly machine: Machine) {
    disk.reset(dir);
    this.#world = new World(life, 2);
    const step = bodies(machine, this.#world, this.#trouble);
    this.#around = {
      step: async (name) => {
        this.#bodies++;
        return await step(name);
      },
      clusterVersion: () => Promise.resolve(this.#world.version),
      recordTools: () => Promise.resolve(),
      keepEvidence: () => Promise.resolve(undefined),
      lock: () => Promise.resolve(() => Promise.resolve()),
      holding: (_step, _config, work) => work(),
      show: () => undefined,
    };
  }

  /** Plays them all; then whoever goes on with `pulumi up` and ends with `pulumi destroy` must get there. */
  async play(moves: readonly Move[]): Promise<void> {
    for (const move of moves) await this.#make(move);
    const up = await this.#up({ end: "whole" });
    // What somebody did behind Pulumi's back it cannot know; a deletion and a roll that were begun are to be ended.
    if (
      up !== undefined &&
      !this.#byHand &&
      !/cannot begin: .*delet|There is no cluster|the way back|between two versions|: run \S+ upgraded it/.test(
        up.message,
      )
    )
      throw up;
    const destroyed = await this.#destroy({ end: "whole" });
    if (destroyed !== undefined) throw destroyed;
    if (up === undefined) return;
    const again = await this.#up({ end: "whole" });
    if (again !== undefined) throw again;
  }

  async #make(move: Move): Promise<void> {
    switch (move.move) {
      case "settings":
        this.#settings = { toVersion: move.toVersion, rate: move.rate, way: move.way };
        return;
      case "up":
        return void (await this.#up(move));
      case "destroy":
        return void (await this.#destroy(move));
      case "revert":
        this.#byHand = true;
        return void (await this.#run(["revert"], move, { when: "asked", afterNodes: 1 }, false));
      case "step":
        this.#byHand = true;
        return void (await this.#run([move.step], move, undefined, false));
      case "production":
        return await this.#touchProduction(move.step);
    }
  }

  /** `pulumi up`: what is in the state with these settings is not run again. */
  async #up(end: End): Promise<Error | undefined> {
    const { way } = this.#settings;
    const steps = [...ups];
    if (way !== "never") steps.splice(way === "midRoll" ? 4 : 5, 0, "revert");
    const revert = way === "never" ? undefined : ({ when: way, afterNodes: 1 } as const);
    const changed = steps.filter((step) => this.#state.get(step) !== this.#inputs(step));
    const error = await this.#run(changed, end, revert);
    if (error === undefined && changed.includes("verdict")) this.#finished();
    return error;
  }

  async #destroy(end: End): Promise<Error | undefined> {
    const error = await this.#run(["delete"], end);
    if (error !== undefined) return error;
    if (this.#world.inventory().join() !== World.atFirst.join())
      throw new Broken(`destroy left ${this.#world.inventory().join(", ")}`);
    this.#byHand = false;
    return undefined;
  }

  /** Runs steps until one ends otherwise than well. Between a step's end and Pulumi's note of it there is a moment, too. */
  async #run(
    steps: readonly StepName[],
    end: End,
    revert?: RehearsalConfig["revert"],
    noted = true,
  ): Promise<Error | undefined> {
    if (end.end === "killed") life.boot(end.after, end.torn);
    else life.boot();
    this.#world.scale();
    this.#trouble.order(end.end === "failed" ? end.after : Infinity);
    try {
      for (const step of steps) {
        await this.machine.runStep(step, this.#config(step, revert), this.#around);
        if (!noted) continue;
        life.effect();
        if (step === "delete") this.#state.clear();
        else this.#state.set(step, this.#inputs(step));
      }
      return undefined;
    } catch (error) {
      if (error instanceof Broken) throw error;
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#check();
    }
  }

  /** The settings name production as the mirror: nothing is run, nothing is written. */
  async #touchProduction(step: StepName): Promise<void> {
    life.boot();
    const bodiesBefore = this.#bodies;
    const config = { ...this.#config(step), clusterName: production.clusterName };
    const error = await this.machine.runStep(step, config, this.#around).catch((caught: unknown) => caught);
    if (!(error instanceof Error) || !/production/.test(error.message))
      throw new Broken(`production: ${String(error)}`);
    if (life.effects > 0 || this.#bodies > bodiesBefore) throw new Broken("production's name was refused too late");
  }

  #config(step: StepName, revert?: RehearsalConfig["revert"]): RehearsalConfig {
    const { toVersion, rate } = this.#settings;
    const cluster = ["own", "apply", "kubeconfig", "delete"].includes(step);
    const base = configOf({ runsDir: dir, production });
    if (cluster) return { ...base, toVersion: base.fromVersion };
    const config = { ...base, toVersion, load: { ...base.load, rate } };
    return step === "revert" && revert !== undefined ? { ...config, revert } : config;
  }

  #inputs(step: StepName): string {
    return ["own", "apply", "kubeconfig"].includes(step) ? "" : JSON.stringify(this.#settings);
  }

  /** A whole `pulumi up` leaves a verdict of the run that `latest` names, of a cluster that is at the target. */
  #finished(): void {
    const latest = join(dir, "latest");
    const { run } = JSON.parse(disk.text(join(latest, "verdict.json")) ?? "null") as { run: string };
    if (run !== basename(disk.real(latest))) throw new Broken(`latest is ${disk.real(latest)}, not ${run}`);
    if (finishedBaselines(this.#read(run, "journal.ndjson")).length !== 1) throw new Broken("no baseline in the end");
    const landed = JSON.parse(this.#read(run, "landed.json")) as { nodes: string[] };
    if (landed.nodes.join() !== this.#settings.toVersion) throw new Broken(`landed at ${landed.nodes.join()}`);
    if (this.#byHand) return;
    if (this.#world.detached.size > 0) throw new Broken("an instance is left outside of its group");
  }

  /** What holds at any moment. */
  #check(): void {
    if (this.#world.made > 1) throw new Broken("a second cluster");
    if (World.atFirst.some((thing) => !this.#world.inventory().includes(thing)))
      throw new Broken("something else is gone");
    for (const run of disk.list(dir).filter((name) => /^\d{8}T/.test(name))) {
      const finished = finishedBaselines(this.#read(run, "journal.ndjson"));
      if (finished.length > 1) throw new Broken(`${run} has ${finished.length} baselines`);
      if (finished.length === 0) continue;
      const samples = this.#read(run, "baseline.samples");
      if ((this.#baselines.get(run) ?? samples) !== samples)
        throw new Broken(`the baseline of ${run} was measured again`);
      this.#baselines.set(run, samples);
    }
  }

  #read(run: string, name: string): string {
    return disk.text(join(dir, run, name)) ?? "";
  }
}
