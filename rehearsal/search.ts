import { z } from "zod";
import { attemptSchema, type Attempt, type Candidate } from "../analysis/search/attempt.ts";
import { choose } from "../analysis/search/choose.ts";
import { nextCandidate } from "../analysis/search/next-candidate.ts";
import { remedies, workloadSchema, type Workload } from "../analysis/search/remedies.ts";
import { summarise } from "../analysis/search/summarise.ts";
import { repeatedRoll, upgradeRoll } from "../kops/roll-plan.ts";
import type { Cluster } from "./cluster.ts";
import type { RehearsalConfig } from "./config.ts";
import { cutOff, span } from "./cut-off.ts";
import { editCluster } from "./edit.ts";
import { readIfThere, writeJson } from "./files.ts";
import { judgeRoll } from "./judge-roll.ts";
import { measuredRoll } from "./measured-roll.ts";
import { rollBack } from "./revert.ts";
import { newRollFolder, rollFolder } from "./roll-folder.ts";
import type { Run } from "./run.ts";
import type { StepContext } from "./steps/step.ts";

/** `search.json`: the rolls that were tried, and why no further one was. */
export const searchResultSchema = z.object({
  attempts: z.array(attemptSchema).min(1),
  /** Index of the roll that is recommended and that the verdict is about. */
  chosen: z.number().int(),
  /** Null while the search goes on. */
  ended: z.string().nullable(),
  /** What to change instead of intervals; empty when they are to blame. */
  remedies: z.array(z.string()),
  workload: workloadSchema,
});
export type SearchResult = z.infer<typeof searchResultSchema>;

/** Undefined for a run that does not search, or has not begun to. */
export async function readSearch(run: Run): Promise<SearchResult | undefined> {
  const text = await readIfThere(run.path("search.json"));
  return text === undefined ? undefined : searchResultSchema.parse(JSON.parse(text));
}

/** The settings with the pacing of one roll. */
export function paced(config: RehearsalConfig, { controlPlane, node, postDrainDelay }: Candidate): RehearsalConfig {
  return { ...config, intervals: { ...config.intervals, controlPlane, node, postDrainDelay } };
}

/**
 * Redo until similar: rolls again, more gently each time, until a roll disturbs nothing, nothing is left to try, or the
 * evidence says that no interval can help. Each roll is kept as it ends, so that an interrupted search goes on with the next.
 */
export async function searchIntervals(
  context: StepContext,
  cluster: Cluster,
  workload: Workload,
): Promise<SearchResult> {
  const { config, run, log } = context;
  const ladders = config.search;
  if (ladders === undefined) throw new RangeError("the settings ask for no search");
  const attempts: Attempt[] = (await readSearch(run))?.attempts ?? [await judged(context, firstCandidate(config), "")];
  for (;;) {
    const why = remedies(workload, attempts, ladders.postDrainDelays);
    const next = why.length > 0 ? undefined : nextCandidate(ladders, attempts);
    const result: SearchResult = {
      attempts,
      chosen: choose(attempts),
      ended: next === undefined ? endOf(attempts, why.length > 0) : null,
      remedies: why.map(({ text }) => text),
      workload,
    };
    await writeJson(run.path("search.json"), result);
    if (next === undefined) return result;
    log.phase = "edit";
    log.emit({
      kind: "note",
      message: `roll ${attempts.length + 1} of at most ${ladders.maxRolls}: ${describe(next)}`,
    });
    attempts.push(await tryCandidate(context, cluster, next, String(attempts.length + 1)));
  }
}

function endOf(attempts: readonly Attempt[], hopeless: boolean): string {
  const last = attempts.at(-1);
  if (last?.verdict === "SAFE") return "a roll that disturbs nothing was found";
  if (hopeless) return "no interval can help";
  if (last?.disturbed !== true)
    return `the last roll ended ${last?.verdict ?? ""} for a reason that pacing cannot change`;
  return "nothing gentler is left to try";
}

async function tryCandidate(
  context: StepContext,
  cluster: Cluster,
  candidate: Candidate,
  name: string,
): Promise<Attempt> {
  // What an interrupted roll left is worth nothing; the cluster is at the target version whatever it was doing.
  const before = await cutOff(await rollFolder(context.run, name), "upgrade");
  if (before !== undefined)
    context.log.emit({
      kind: "warning",
      message: `the roll was interrupted: ${before.requests.toLocaleString("en")} requests ${span(before)} are discarded, and it is made anew`,
    });
  const folder = await newRollFolder(context.run, name);
  const own = { ...context, config: paced(context.config, candidate) };
  const again = context.config.search?.again ?? "force";
  if (again === "upgrade") await rollBack(own, cluster);
  await editCluster(own, { version: own.config.toVersion, maxSurge: candidate.maxSurge });
  const nodes = (await cluster.nodes()).length;
  const actions = again === "upgrade" ? upgradeRoll(own.config.order) : repeatedRoll();
  await measuredRoll(own, cluster, folder, actions, { nodes });
  return await judged(own, candidate, name);
}

async function judged(context: StepContext, candidate: Candidate, name: string): Promise<Attempt> {
  const { run, log } = context;
  const config = paced(context.config, candidate);
  // kube-system is looked at once, after all rolls.
  const { verdict, events } = await judgeRoll(run, await rollFolder(run, name), config, []);
  const attempt = summarise(verdict, events, candidate, name === "" ? "" : `rolls/${name}`);
  log.emit({ kind: "note", message: `${describe(candidate)}: ${attempt.verdict}, ${verdict.reasons[0] ?? ""}` });
  return attempt;
}

function firstCandidate({ intervals }: RehearsalConfig): Candidate {
  const { controlPlane, node, postDrainDelay } = intervals;
  return { controlPlane, node, postDrainDelay };
}

/** `intervals 1m/1m, post-drain delay 5s`. */
function describe({ controlPlane, node, postDrainDelay, maxSurge }: Candidate): string {
  const surge = maxSurge === undefined ? "" : `, maxSurge ${maxSurge}`;
  return `intervals ${controlPlane}/${node}, post-drain delay ${postDrainDelay}${surge}`;
}
