import type { StepName } from "../../../../rehearsal/config.ts";
import { RehearsalError } from "../../../../rehearsal/errors.ts";
import type { Step, StepContext } from "../../../../rehearsal/steps/step.ts";
import { disk, type Machine } from "./machine.ts";
import type { World } from "./world.ts";

/** How the body of a step ends: by itself, or at its nth effect with a failure. */
export class Trouble {
  #left = Infinity;

  order(after = Infinity): void {
    this.#left = after;
  }

  /** @throws RehearsalError when it is time */
  pass(): void {
    if (this.#left-- <= 0) throw new RehearsalError("kops failed");
  }
}

/** What must never be, found by a body before it did anything. */
export class Broken extends Error {}

/** Steps that do to a small world what the real ones do to AWS, in the same order and with the same files. */
export function bodies(
  machine: Pick<Machine, "own" | "abandonUpgrade" | "writeJson" | "LineFile" | "rm">,
  world: World,
  trouble: Trouble,
): (name: StepName) => Promise<Step> {
  const { writeJson, LineFile, rm } = machine;
  let measurement = 0;

  const measure = async ({ run }: StepContext, kind: "baseline" | "upgrade"): Promise<string> => {
    const id = `${kind}-${measurement++}`;
    const file = new LineFile(run.path(`${kind}.samples`));
    for (const part of ["begin", "end"]) {
      trouble.pass();
      file.append(`${id} ${part}`);
    }
    file.close();
    await writeJson(run.path(`${kind}.json`), { id });
    return id;
  };

  const step = (title: string, phase: Step["phase"], run: (context: StepContext) => Promise<Record<string, unknown>>) =>
    ({ title, phase, run: async (context: StepContext) => ({ result: await run(context) }) }) satisfies Step;

  const roll = (): void => {
    trouble.pass();
    world.roll();
    trouble.pass();
  };

  const steps: Readonly<Record<Exclude<StepName, "own">, Step>> = {
    preflight: step("preflight", "create", async ({ run }) => {
      trouble.pass();
      await writeJson(run.path("preflight.json"), {});
      return {};
    }),
    apply: step("create", "create", async ({ config, run }) => {
      await writeJson(run.path("manifests.json"), {});
      trouble.pass();
      world.create(config.fromVersion);
      trouble.pass();
      return { nodes: world.nodes.size };
    }),
    kubeconfig: step("kubeconfig", "create", async ({ kops }) => {
      if (world.version === undefined) throw new RehearsalError("kops knows no such cluster");
      needs(world.isWhole(), "a kubeconfig of half a cluster");
      trouble.pass();
      await writeJson(kops.kubeconfig, {}, 0o600);
      return {};
    }),
    baseline: step("baseline", "baseline", async (context) => {
      needs(world.isWhole(), "a baseline of half a cluster");
      for (const suffix of [".samples", ".json"]) await rm(context.run.path(`baseline${suffix}`), { force: true });
      return { id: await measure(context, "baseline") };
    }),
    upgrade: step("upgrade", "edit", async (context) => {
      needsBaseline(context);
      const { config, run } = context;
      world.edit(config.toVersion);
      roll();
      const id = await measure(context, "upgrade");
      await writeJson(run.path("roll.json"), {});
      await writeJson(run.path("landed.json"), { nodes: [...new Set(world.nodes.values())] });
      return { id };
    }),
    revert: step("revert", "edit", async (context) => {
      needsBaseline(context);
      const { config, run } = context;
      world.edit(config.fromVersion);
      roll();
      await writeJson(run.path("revert.json"), {});
      const upgraded = (await run.journal()).findLast((record) => "step" in record && record.step === "upgrade");
      if (config.revert?.when === "asked" && upgraded !== undefined && upgraded.type !== "finished")
        await machine.abandonUpgrade(context);
      return {};
    }),
    verdict: step("verdict", "verdict", async (context) => {
      needsBaseline(context);
      const { run } = context;
      for (const name of ["upgrade.samples", "upgrade.json", "roll.json", "landed.json"])
        needs(disk.exists(run.path(name)), `a verdict without ${name}`);
      trouble.pass();
      await writeJson(run.path("verdict.json"), { run: run.name });
      return { run: run.name };
    }),
    delete: step("delete", "destroy", async ({ runs, kops }) => {
      trouble.pass();
      world.remove();
      trouble.pass();
      await rm(kops.kubeconfig, { force: true });
      await runs.disown("the cluster was deleted");
      return {};
    }),
  };
  return (name) => Promise.resolve(name === "own" ? machine.own : steps[name]);
}

function needs(condition: boolean, what: string): void {
  if (!condition) throw new Broken(what);
}

/** The baseline that the journal says was finished, whole, and no other. */
function needsBaseline({ run }: StepContext): void {
  const id = finishedBaselines(disk.text(run.path("journal.ndjson")) ?? "").at(-1);
  const samples = disk.text(run.path("baseline.samples"));
  needs(id !== undefined && samples === `${id} begin\n${id} end\n`, `no whole baseline but ${JSON.stringify(samples)}`);
  needs(disk.exists(run.path("baseline.json")), "no baseline.json");
}

/** The ids of the baselines that a journal says are finished; read apart from the code under test. */
export function finishedBaselines(journal: string): string[] {
  return journal
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { type: string; step?: string; result?: { id: string } })
    .filter(({ type, step }) => type === "finished" && step === "baseline")
    .map(({ result }) => result?.id ?? "");
}
