import { basename, join } from "node:path";
import type { RehearsalConfig, StepName } from "../../../../rehearsal/config.ts";
import { PreflightError } from "../../../../rehearsal/errors.ts";
import type { Surroundings } from "../../../../rehearsal/surroundings.ts";
import { configOf } from "../config.fixture.ts";
import { Broken, needs } from "./broken.ts";
import { finishedBaselines, recordsOf } from "./leaves.ts";
import type { Machine } from "./machine.ts";
import { disk, life, reset, stage, trouble, type Stage } from "./stage.ts";
import { World } from "./world.ts";

/** How one command ends: whole, killed before its nth effect (in the middle of a line, maybe), failed, or with a halted roll. */
export type End =
  | { readonly end: "whole" }
  | { readonly end: "killed"; readonly after: number; readonly torn: number }
  | { readonly end: "fails" | "drain" | "capacity"; readonly after: number };

export interface Settings {
  readonly toVersion: string;
  readonly rate: number;
  readonly way: "never" | "midRoll" | "after";
  readonly probe: boolean;
  readonly search: "never" | "force" | "upgrade";
}

/** What somebody does, and what the world is like from then on. */
export type Move =
  | ({ readonly move: "up" | "destroy" | "revert" } & End)
  /** A step out of its order, as by hand. */
  | ({ readonly move: "step"; readonly step: StepName } & End)
  | ({ readonly move: "settings" } & Partial<Settings>)
  | { readonly move: "production"; readonly step: StepName }
  | { readonly move: "world"; readonly refused?: boolean; readonly disturbed?: number; readonly joins?: boolean };

const dir = "/project/.rehearsal/test";
const production = { clusterName: "production.example.com", networkCidrs: [] };
const ups: readonly StepName[] = ["preflight", "own", "apply", "kubeconfig", "baseline", "upgrade", "verdict"];
const clusterSteps: readonly StepName[] = ["preflight", "own", "apply", "kubeconfig", "delete"];

/** Why `pulumi up` may be refused in the end: what was begun otherwise is to be ended otherwise, or is done. */
const refusals =
  /cannot begin: .*delet|There is no cluster|the way back|between two versions|nothing to rehearse|: run \S+ upgraded it/;

/** Plays moves against the real step machine, as Pulumi and people would, and looks after each whether all is well. */
export class Player {
  readonly #around: Surroundings;
  /** What Pulumi has in its state: which command succeeded with which settings. */
  readonly #state = new Map<StepName, string>();
  #settings: Settings = { toVersion: "1.35.0", rate: 100, way: "never", probe: false, search: "never" };
  /** Samples of baselines that a journal has called finished, and rolls that a search has counted. */
  readonly #known = new Map<string, string>();
  #half: Stage["enough"];
  #bodies = 0;
  /** Somebody has run steps by hand since the mirror was made, of which Pulumi does not know. */
  #byHand = false;

  constructor(private readonly machine: Machine) {
    disk.reset(dir);
    reset();
    stage.world.onProbe = () => this.#probed();
    this.#around = {
      step: async (name) => {
        this.#bodies++;
        return await Promise.resolve(machine.steps[name]);
      },
      clusterVersion: machine.clusterVersion,
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
    stage.refused = false;
    const up = await this.#up({ end: "whole" });
    // What somebody did behind Pulumi's back it cannot know; a deletion and a roll that were begun are to be ended.
    if (up !== undefined && !this.#byHand && !refusals.test(up.message)) throw up;
    const destroyed = await this.#destroy({ end: "whole" });
    if (destroyed !== undefined) throw destroyed;
    if (up === undefined) return;
    // Another mirror can be made and measured; from there on nothing that was before plays a part.
    const again = await this.#up({ end: "whole" }, ups.slice(0, ups.indexOf("upgrade")));
    if (again !== undefined) throw again;
  }

  async #make(move: Move): Promise<void> {
    switch (move.move) {
      case "settings":
        this.#settings = { ...this.#settings, ...move };
        return;
      case "world":
        stage.refused = move.refused ?? stage.refused;
        stage.disturbed = move.disturbed ?? stage.disturbed;
        stage.world.joins = move.joins ?? stage.world.joins;
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
  async #up(end: End, of: readonly StepName[] = ups): Promise<Error | undefined> {
    const { way } = this.#settings;
    const steps = [...of];
    if (way !== "never" && of === ups)
      steps.splice(steps.indexOf("upgrade") + (way === "midRoll" ? 0 : 1), 0, "revert");
    const revert = way === "never" ? undefined : ({ when: way, afterNodes: 1 } as const);
    const changed = steps.filter((step) => this.#state.get(step) !== this.#inputs(step));
    const before = stage.world.inventory().join();
    const error = await this.#run(changed, end, revert);
    if (error === undefined && changed.includes("verdict")) this.#finished();
    if (stage.refused && changed.includes("preflight")) {
      needs(before === stage.world.inventory().join(), "something was made that preflight had refused");
      needs(end.end !== "whole" || error instanceof PreflightError, "preflight refuses, and nobody hears it");
    }
    return error;
  }

  async #destroy(end: End): Promise<Error | undefined> {
    const error = await this.#run(["delete"], end);
    if (error !== undefined) return error;
    const left = stage.world.inventory().join(", ");
    needs(left === World.atFirst.join(", "), `destroy left ${left}`);
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
    stage.world.scale();
    if (end.end === "whole" || end.end === "killed") trouble.order();
    else trouble.order(end.end, end.after);
    try {
      for (const step of steps) {
        const midRoll = step === "revert" && revert?.when === "midRoll";
        stage.enough = midRoll ? this.#enough(revert.afterNodes) : undefined;
        await this.machine.runStep(step, this.#config(step, revert), this.#around);
        this.#ended(step);
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

  /** Where an upgrade must stop that is to be stopped: so many nodes after it was begun, whoever was killed in between. */
  #enough(nodes: number): Stage["enough"] {
    const { toVersion: version } = this.#settings;
    const begun = disk.exists(join(dir, "latest/rolls/revert-mid-roll-upgrade/upgrade.samples"));
    if (!begun || this.#half?.version !== version)
      this.#half = { version, nodes: stage.world.replacedBy(version) + nodes };
    return this.#half;
  }

  /** The settings name production as the mirror: nothing is run, nothing is written. */
  async #touchProduction(step: StepName): Promise<void> {
    life.boot();
    const bodiesBefore = this.#bodies;
    const config = { ...this.#config(step), clusterName: production.clusterName };
    const error = await this.machine.runStep(step, config, this.#around).catch((caught: unknown) => caught);
    if (!(error instanceof Error) || !/production/.test(error.message))
      throw new Broken(`production: ${String(error)}`);
    needs(life.effects === 0 && this.#bodies === bodiesBefore, "production's name was refused too late");
  }

  #config(step: StepName, revert?: RehearsalConfig["revert"]): RehearsalConfig {
    const { toVersion, rate, probe, search } = this.#settings;
    const base = configOf({ runsDir: dir, production });
    const manifests = [{ kind: "Cluster", spec: { kubernetesVersion: base.fromVersion } }];
    if (clusterSteps.includes(step)) return { ...base, toVersion: base.fromVersion, manifests };
    const config = { ...base, manifests, toVersion, load: { ...base.load, rate }, skewProbe: probe };
    const ladders = { intervals: ["15s", "1m", "5m"], postDrainDelays: ["5s"], maxSurges: [], maxRolls: 3 };
    return {
      ...config,
      ...(search === "never" ? {} : { search: { ...ladders, again: search } }),
      ...(step === "revert" && revert !== undefined ? { revert } : {}),
    };
  }

  #inputs(step: StepName): string {
    return clusterSteps.includes(step) ? "" : JSON.stringify(this.#settings);
  }

  /** A whole `pulumi up` leaves a verdict of the run that `latest` names, of a cluster that is at the target. */
  #finished(): void {
    const latest = join(dir, "latest");
    const { run } = JSON.parse(disk.text(join(latest, "verdict.json")) ?? "null") as { run: string };
    if (run !== basename(disk.real(latest))) throw new Broken(`latest is ${disk.real(latest)}, not ${run}`);
    needs(finishedBaselines(this.#read(run, "journal.ndjson")) === 1, "no baseline in the end");
    const { ok } = JSON.parse(this.#read(run, "roll.json")) as { ok: boolean };
    const { landed } = JSON.parse(this.#read(run, "landed.json")) as { landed: boolean };
    needs(landed || !ok, "a roll that did not halt has not landed");
    if (this.#byHand || this.#settings.way !== "never") return;
    needs(!ok || stage.world.detached.size === 0, "an instance is left outside of its group");
  }

  /** What holds when a step has ended well. */
  #ended(step: StepName): void {
    const { world } = stage;
    if (step === "upgrade" || step === "revert") needs(world.isAsMade(), `${step} has left a skew probe's node`);
    if (step !== "revert") return;
    const run = basename(disk.real(join(dir, "latest")));
    const { ok, to } = JSON.parse(this.#read(run, "revert.json")) as { ok: boolean; to: string };
    needs(!ok || world.version === to, `the way back worked, and the mirror is at ${world.version}`);
  }

  /** A node is added: only while the control plane alone is upgraded, and only once. */
  #probed(): void {
    const { run } = JSON.parse(disk.text(join(dir, "current.json")) ?? "null") as { run: string };
    needs(!disk.exists(join(dir, run, "skew-probe.json")), "a skew probe is made again");
    const versions = (role: "control-plane" | "node") =>
      stage.world.ids(role).map((id) => stage.world.nodes.get(id)?.version === stage.world.version);
    needs(versions("control-plane").every(Boolean), "a skew probe before the control plane is upgraded");
  }

  /** What holds at any moment. */
  #check(): void {
    needs(stage.world.made <= 1, "a second cluster");
    needs(
      World.atFirst.every((thing) => stage.world.inventory().includes(thing)),
      "something else is gone",
    );
    for (const run of this.#runs()) {
      const journal = this.#read(run, "journal.ndjson");
      const finished = finishedBaselines(journal);
      needs(finished <= 1, `${run} has ${finished} baselines`);
      if (finished === 1) this.#same(`the baseline of ${run}`, this.#read(run, "baseline.samples"));
      this.#checkSearch(run, recordsOf(journal).filter(({ type }) => type === "reverted").length);
    }
  }

  /** Each roll of a search is counted once, is of a folder of its own, and stays as it was counted. */
  #checkSearch(run: string, reverted: number): void {
    const text = this.#read(run, "search.json");
    if (text === "") return;
    const { attempts } = JSON.parse(text) as { attempts: { folder: string }[] };
    needs(new Set(attempts.map(({ folder }) => folder)).size === attempts.length, "a roll was counted twice");
    attempts.forEach(({ folder, ...rest }, i) => {
      needs(folder === (i === 0 ? "" : `rolls/${i + 1}`), `roll ${i + 1} of a search is in ${folder}`);
      const samples = this.#read(run, join(folder, "upgrade.samples"));
      this.#same(`roll ${i + 1} of ${run} (${reverted})`, JSON.stringify({ rest, samples }));
    });
  }

  #same(what: string, now: string): void {
    needs((this.#known.get(what) ?? now) === now, `${what} was measured again`);
    this.#known.set(what, now);
  }

  #runs(): string[] {
    return disk.list(dir).filter((name) => /^\d{8}T/.test(name));
  }

  #read(run: string, name: string): string {
    return disk.text(join(dir, run, name)) ?? "";
  }
}
