import { mkdir } from "node:fs/promises";
import { rehearsalConfigSchema, type RehearsalConfig, type StepName } from "./config.ts";
import { Interrupted, messageOf, PreflightError, RehearsalError, UsageError } from "./errors.ts";
import { EventLog } from "./event-log.ts";
import { writeJson } from "./files.ts";
import { productionOf, refuseProduction } from "./guards.ts";
import type { StepAction } from "./journal.ts";
import { Kops, kubeconfigPath } from "./kops.ts";
import { Runs, type Run } from "./run.ts";
import { QuietStatus } from "./status/quiet.ts";
import type { StepResult } from "./steps/step.ts";
import { real, type Surroundings } from "./surroundings.ts";

/** @throws UsageError that names each setting that is wrong */
export function parseConfig(text: string): RehearsalConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UsageError("Standard input is not JSON; a step gets its settings there.", { cause });
  }
  const parsed = rehearsalConfigSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UsageError("The settings on standard input are wrong.", {
    details: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "(all)"}: ${message}`),
  });
}

const asked = { when: "asked", afterNodes: 1 } as const;

/** Runs one step: what the journal says is done is not done again, what was begun goes on or is begun anew. */
export async function runStep(
  name: StepName,
  settings: RehearsalConfig,
  around: Surroundings = real,
): Promise<StepResult> {
  // A way back that the settings say nothing about is one that somebody asks for.
  const given = name === "revert" ? { ...settings, revert: settings.revert ?? asked } : settings;
  const runs = new Runs(given.runsDir);
  const production = given.production ?? productionOf(process.env) ?? (await runs.owner())?.production;
  refuseProduction(doing[name], given, production);
  await mkdir(given.runsDir, { recursive: true });
  const release = await around.lock(given.runsDir);
  try {
    // It only reads, and the bucket in which the mirror's lock would be is not there yet.
    if (name === "preflight") return await perform(name, given, runs, around);
    return await around.holding(name, given, async () => {
      // What is made is owned, also when somebody runs the steps by hand: its journal outlives who is killed.
      if (name === "own" || name === "apply") await runs.own({ ...given, production });
      return await perform(name, given, runs, around);
    });
  } finally {
    await release();
  }
}

async function perform(name: StepName, given: RehearsalConfig, runs: Runs, around: Surroundings): Promise<StepResult> {
  const { run, config } = await open(name, given, runs, around);
  // Deleting builds on nothing that is written: a journal that cannot be read does not keep a mirror alive.
  const action: StepAction =
    name === "delete"
      ? { do: "run" }
      : await run.decide(name, await (await runs.cluster()).journal(), given.revert?.when);
  if (action.do === "reuse") return { result: action.result };
  if (action.do === "refuse")
    throw new RehearsalError(`Step ${name} of run ${run.name} cannot begin: ${action.why}.`, {
      next: action.next,
      log: run.path("journal.ndjson"),
    });
  if (action.do === "first") {
    await perform(action.step, given, runs, around);
    return await perform(name, given, runs, around);
  }
  const step = await around.step(name);
  const status = new QuietStatus(around.show);
  const log = new EventLog(run.path("events.ndjson"), step.phase, (line, event) => {
    status.push(event);
    around.show(line);
  });
  const kops = new Kops(config, run, kubeconfigPath(runs));
  run.record({ type: "started", step: name, pid: process.pid });
  const resumed = action.do === "resume";
  log.emit({ kind: "step-started", message: `${step.title}${resumed ? " (goes on)" : ""}` });
  try {
    await writeJson(run.path("config.json"), config);
    await around.recordTools(name, run, config.clusterName, kops.kubeconfig);
    const done = await step.run({ config, runs, run, log, kops, resumed });
    run.record({ type: "finished", step: name, result: done.result });
    log.emit({ kind: "step-finished", message: `${step.title}: done in ${log.elapsed()}` });
    return done;
  } catch (error) {
    await nameEvidence(error, () => around.keepEvidence(run, config, kops.kubeconfig));
    // All findings are in the message, which is shown at the end.
    const message = error instanceof PreflightError ? error.summary : messageOf(error);
    try {
      run.record({ type: "failed", step: name, error: message });
    } catch (unwritten) {
      // As on a full disk. That it has not finished the journal says all the same; why it failed is what counts now.
      around.show(`${run.path("journal.ndjson")} cannot be written: ${messageOf(unwritten)}`);
    }
    log.emit({ kind: "step-failed", message: error instanceof Interrupted ? error.summary : message });
    throw error;
  } finally {
    status.close();
    log.close();
  }
}

/** For refusals: `Refused to … mirror.example.com`. */
const doing: Readonly<Record<StepName, string>> = {
  preflight: "look ahead to",
  own: "take ownership of",
  apply: "create",
  kubeconfig: "export the kubeconfig of",
  baseline: "send load to",
  upgrade: "upgrade",
  revert: "take back",
  verdict: "judge",
  delete: "delete",
};

/** Keeps what explains the failure, and says in its message where. Being stopped or wrongly used is none. */
async function nameEvidence(error: unknown, keep: () => Promise<string | undefined>): Promise<void> {
  if (error instanceof Interrupted || error instanceof UsageError || error instanceof PreflightError) return;
  if (!(error instanceof Error)) return;
  const folder = await keep();
  if (folder !== undefined) error.message += `\n  Evidence: ${folder}`;
}

/** Steps about the cluster as such belong to no run: their settings know neither target version nor load. */
const clusterSteps: readonly StepName[] = ["own", "apply", "kubeconfig", "delete"];

async function open(
  name: StepName,
  config: RehearsalConfig,
  runs: Runs,
  around: Surroundings,
): Promise<{ run: Run; config: RehearsalConfig }> {
  if (name === "preflight") return { run: await runs.preflight(), config };
  const cluster = await runs.cluster();
  if (clusterSteps.includes(name)) return { run: cluster, config };
  // Whoever wants out means the run that is under way, whatever the settings say by now.
  const current = config.revert?.when === "asked" ? await runs.current() : undefined;
  if (current !== undefined) return { run: current, config };
  const kops = new Kops(config, cluster, kubeconfigPath(runs));
  const { run, fromVersion } = await runs.open(config, async () => {
    const version = await around.clusterVersion(kops);
    if (version !== undefined) return version;
    throw new RehearsalError(`There is no cluster ${config.clusterName} in ${config.stateStore} to rehearse on.`, {
      next: "`pulumi destroy`, then `pulumi up` for a new mirror",
    });
  });
  return { run, config: { ...config, fromVersion } };
}
