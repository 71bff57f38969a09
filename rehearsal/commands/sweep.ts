import { createInterface } from "node:readline/promises";
import { mirrorsOf, selected, toDelete, type FoundMirror } from "../../ownership/mirrors.ts";
import { sweepHint, sweepJson, sweepText } from "../../ownership/sweep-text.ts";
import { RehearsalError, UsageError } from "../errors.ts";
import { clientsOf, closeClients, type Clients } from "../sweep/clients.ts";
import { findMarked } from "../sweep/find.ts";
import { knownProductions } from "../sweep/known-productions.ts";
import { sweepMirror } from "../sweep/sweep-mirror.ts";

export interface SweepOptions {
  readonly region: string | undefined;
  readonly stack?: string;
  readonly owner?: string;
  /** Names of production clusters, besides those that are known here. */
  readonly production: readonly string[];
  readonly delete?: boolean;
  readonly yes?: boolean;
  readonly output: "text" | "json";
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Lists what there is of mirrors, and deletes what is expired or orphaned if it is told to.
 *
 * @returns what was found, as text or JSON
 * @throws RehearsalError that names what is left
 */
export async function sweep(options: SweepOptions, dir = process.cwd()): Promise<string> {
  const { region, output } = options;
  if (!region) throw new UsageError("Which region is to be swept?", { next: "name it with --region or AWS_REGION" });
  const productions = await knownProductions(dir, options.production);
  if (options.delete && !productions.some(({ clusterName }) => clusterName !== ""))
    throw new UsageError("Nothing is deleted while it is not known what production is.", {
      next: "run this in the project's folder, where Pulumi.<stack>.yaml names it, or name it with --production",
    });
  const clients = clientsOf(region);
  try {
    const all = mirrorsOf(await findMarked(clients), productions, { region, now: new Date() });
    const mirrors = selected(all, options);
    const text = output === "json" ? sweepJson(mirrors) : sweepText(mirrors);
    if (options.delete) await deleteAll(mirrors, all, options, clients, region);
    return options.delete || output === "json" ? text : `${text}${sweepHint(mirrors)}`;
  } finally {
    closeClients(clients);
  }
}

async function deleteAll(
  mirrors: readonly FoundMirror[],
  all: readonly FoundMirror[],
  options: SweepOptions,
  clients: Clients,
  region: string,
): Promise<void> {
  const doomed = toDelete(mirrors, options);
  for (const { cluster, owner, state, why, refusals } of mirrors) {
    if (refusals.length > 0) tell(`left alone: ${cluster} (owner ${owner}): ${refusals.join("; ")}`);
    else if (state === "elsewhere") tell(`left alone: ${cluster} (owner ${owner}): ${why}`);
    else if (state === "current" && options.owner === undefined)
      tell(`left alone: ${cluster} is not expired; to delete it all the same: --owner ${owner}`);
  }
  if (doomed.length === 0) return tell("Nothing to delete.");
  if (!options.yes) await confirm(doomed);
  const left: string[] = [];
  for (const mirror of doomed) {
    const sharesName = all.some(({ cluster, owner }) => cluster === mirror.cluster && owner !== mirror.owner);
    const problems = await sweepMirror(mirror, { clients, region, sharesName, tell });
    left.push(...problems.map((problem) => `${mirror.cluster}: ${problem}`));
    if (problems.length === 0) tell(`nothing is left of ${mirror.cluster} (owner ${mirror.owner})`);
  }
  if (left.length > 0)
    throw new RehearsalError("Not everything could be deleted.", {
      details: left,
      next: "run the same command again: it goes on with what is left",
    });
}

async function confirm(doomed: readonly FoundMirror[]): Promise<void> {
  const what = doomed.map(({ cluster, owner, why, resources }) => {
    return `  ${cluster} (owner ${owner}): ${resources.length} resources; ${why}\n`;
  });
  if (!process.stdin.isTTY)
    throw new UsageError("Nobody is there to confirm the deletion.", {
      details: what.map((line) => line.trim()),
      next: "look at what is listed without --delete, then add --yes",
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`To be deleted, for good:\n${what.join("")}Type yes to delete it: `);
    if (answer.trim() !== "yes") throw new UsageError("Nothing was deleted.");
  } finally {
    terminal.close();
  }
}
