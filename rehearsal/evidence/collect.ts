import { mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { readIfThere, writeJson, writeWhole } from "../files.ts";
import type { Run } from "../run.ts";
import { awsSources } from "./aws.ts";
import { clusterSources } from "./cluster.ts";
import { redact, redactObject, secretsOf } from "./redact.ts";

/** A file of evidence and how to get what is in it: text, or an object to be written as JSON. */
export interface Source {
  readonly file: string;
  readonly get: () => Promise<unknown>;
}

/** Of a longer log, its end is kept, in bytes. */
const longestLog = 4 * 1024 * 1024;
const sourceLimitMs = 20_000;
/** Files of a run that say what happened, the load generator's state among them. */
const records = ["events.ndjson", "journal.ndjson", "roll.json", "landed.json", "baseline.json", "upgrade.json"];

/**
 * Keeps in `<run>/evidence/<time>/`, a folder for each failure, what explains it: events, logs, the cluster's objects and events, instances, scaling
 * activities and consoles, the load generator's state. Secrets are taken out. What cannot be had is named in `missing.json`;
 * nothing that goes wrong here hides the failure itself.
 *
 * @returns the folder; undefined when not even that could be made
 */
export async function keepEvidence(
  run: Run,
  config: { readonly clusterName: string; readonly region: string },
  kubeconfig: string,
): Promise<string | undefined> {
  // What explains the failure before, which may be why somebody ran it again, stays.
  const folder = run.path("evidence", new Date().toISOString().replaceAll(/[-:.]/g, ""));
  const known = secretsOf(process.env);
  const missing: Record<string, string> = {};
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch {
    return undefined;
  }
  const sources = [
    ...(await fileSources(run)),
    ...clusterSources(config.clusterName, kubeconfig),
    ...awsSources(config),
  ];
  await Promise.all(
    sources.map(async ({ file, get }) => {
      try {
        const found = await limited(get());
        if (found === undefined) return;
        const text = typeof found === "string" ? found : `${JSON.stringify(redactObject(found), undefined, 2)}\n`;
        await writeWhole(join(folder, file), redact(text, known), 0o600);
      } catch (error) {
        missing[file] = redact(messageOf(error).split("\n")[0] ?? "", known);
      }
    }),
  );
  await writeJson(join(folder, "missing.json"), missing, 0o600).catch(() => undefined);
  return folder;
}

async function fileSources(run: Run): Promise<Source[]> {
  const rolls = await readdir(run.path("rolls")).catch(() => []);
  // The rolls of a search and of the way back have records and logs of their own.
  const folders = ["", ...rolls.map((name) => join("rolls", name))];
  const sources = folders.map(async (folder) => {
    const logs = await readdir(run.path(folder, "logs")).catch(() => []);
    return [
      ...records.map((name) => ({ file: join(folder, name), get: () => readIfThere(run.path(folder, name)) })),
      ...logs.map((name) => ({ file: join(folder, "logs", name), get: () => endOf(run.path(folder, "logs", name)) })),
    ];
  });
  return (await Promise.all(sources)).flat();
}

async function endOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - longestLog);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const text = buffer.toString("utf8", 0, bytesRead);
    // A line that is cut may hold half a secret, which nothing recognises.
    return from === 0 ? text : `(the first ${from} bytes are left out)\n${text.slice(text.indexOf("\n") + 1)}`;
  } finally {
    await file.close();
  }
}

async function limited<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${sourceLimitMs} ms`)), sourceLimitMs);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
