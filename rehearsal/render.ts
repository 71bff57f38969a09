import { readFile } from "node:fs/promises";
import { z } from "zod";
import { parseEvents, type RehearsalEvent } from "../analysis/events.ts";
import { judge } from "../analysis/judge.ts";
import { eventMs } from "../analysis/steps.ts";
import { verdictSchema, type Verdict } from "../analysis/verdict-schema.ts";
import { estimate } from "../cost/estimate.ts";
import { renderHtml } from "../report/html.ts";
import { renderRunbook } from "../report/runbook.ts";
import { buildSeries } from "../report/series.ts";
import type { DryRun, ReportData } from "../report/data.ts";
import type { RehearsalConfig } from "./config.ts";
import { rehearsalConfigSchema } from "./config.ts";
import { RehearsalError } from "./errors.ts";
import { readIfThere, writeJson, writeWhole } from "./files.ts";
import { readLoadRun } from "./load-run.ts";
import { readPriceTable } from "./price-table.ts";
import { rollSchema } from "./roll.ts";
import type { Run } from "./run.ts";

const checklistSchema = verdictSchema.shape.checklist;
const toolsSchema = z.record(z.string(), z.string());

/** Judges a run from its files alone, and writes `verdict.json`, `report.html` and `runbook.md`. */
export async function judgeAndRender(run: Run, config: RehearsalConfig): Promise<Verdict> {
  const baseline = await readLoadRun(run, "baseline");
  const upgrade = await readLoadRun(run, "upgrade");
  const events = parseEvents((await readIfThere(run.path("events.ndjson"))) ?? "");
  const roll = await readJson(run, "roll.json", rollSchema);
  const landed = await readJson(run, "landed.json", verdictSchema.shape.upgradeLanded);
  const verdict = verdictSchema.parse({
    ...judge({
      run: run.name,
      createdAt: new Date().toISOString(),
      config,
      baseline,
      upgrade,
      events,
      landed,
      checklist: await readJson(run, "checklist.json", checklistSchema),
      roll: { ok: roll.ok, ...(roll.error === undefined ? {} : { error: roll.error }) },
    }),
    cost: costOf(config, events),
  });
  const data: ReportData = {
    verdict,
    config,
    events,
    series: buildSeries(baseline, upgrade),
    dryRuns: await readDryRuns(run),
    commands: ((await readIfThere(run.path("commands.txt"))) ?? "").split("\n").filter((line) => line !== ""),
    toolVersions: await readJson(run, "tools.json", toolsSchema),
    production: config.production,
  };
  await writeJson(run.path("verdict.json"), verdict);
  await writeWhole(run.path("report.html"), renderHtml(data));
  await writeWhole(run.path("runbook.md"), renderRunbook(data));
  return verdict;
}

/** By the hours from the first event of the run to the last; the mirror goes on costing until it is destroyed. */
function costOf({ cost, region }: RehearsalConfig, events: readonly RehearsalEvent[]): Verdict["cost"] {
  const times = events.map(eventMs);
  if (cost === undefined || times.length === 0) return undefined;
  const hours = (times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b))) / 3_600_000;
  const { lines, ...rest } = estimate(cost.items, [...readPriceTable().lists, ...cost.prices], region, hours);
  return { ...rest, lines: [...lines] };
}

/** The settings that a run was made with. */
export async function readConfig(run: Run): Promise<RehearsalConfig> {
  return await readJson(run, "config.json", rehearsalConfigSchema);
}

/** `verdict.json` of a run. */
export async function readVerdict(run: Run): Promise<Verdict> {
  return await readJson(run, "verdict.json", verdictSchema);
}

async function readJson<T>(run: Run, name: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readIfThere(run.path(name));
  if (text === undefined)
    throw new RehearsalError(`Run ${run.name} has no ${name}: it has not come so far.`, {
      next: "`pulumi up` goes on with it",
      log: run.path("journal.ndjson"),
    });
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new RehearsalError(`${name} of run ${run.name} is not of the form that this version writes.`, {
      details: parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".")}: ${message}`),
      next: `\`rehearsal report ${run.name}\` judges the run anew from its samples`,
    });
  return parsed.data;
}

async function readDryRuns(run: Run): Promise<DryRun[]> {
  const names = ["update", "rolling-update"] as const;
  return await Promise.all(
    names.map(async (name) => {
      const command = `kops ${name} cluster`;
      return {
        title: command,
        command,
        output: await readFile(run.path(`${name}.dry-run.txt`), "utf8").catch(() => ""),
      };
    }),
  );
}
