import { existsSync } from "node:fs";
import { z } from "zod";
import { parseEvents, type Phase, type RehearsalEvent } from "../analysis/events.ts";
import { searchReasons, searchReport } from "../analysis/search/report.ts";
import { eventMs } from "../analysis/steps.ts";
import { verdictSchema, type Verdict } from "../analysis/verdict-schema.ts";
import { estimate } from "../cost/estimate.ts";
import { renderHtml } from "../report/html.ts";
import { renderRunbook } from "../report/runbook/runbook.ts";
import { buildSeries } from "../report/series.ts";
import type { DryRun, ReportData } from "../report/data.ts";
import type { RehearsalConfig } from "./config.ts";
import { rehearsalConfigSchema } from "./config.ts";
import { readIfThere, writeJson, writeWhole } from "./files.ts";
import { fingerprint } from "./fingerprint.ts";
import { judgeRoll } from "./judge-roll.ts";
import { readPriceTable } from "./price-table.ts";
import { readJson } from "./read-json.ts";
import { rollSchema } from "./roll.ts";
import { rollFolder } from "./roll-folder.ts";
import type { Run } from "./run.ts";
import { paced, readSearch } from "./search.ts";
import { skewProbeSchema } from "./skew-probe.ts";
import { revertSchema } from "./revert-result.ts";

const checklistSchema = verdictSchema.shape.checklist;
const toolsSchema = z.record(z.string(), z.string());

/** Judges a run from its files alone, and writes `verdict.json`, `report.html` and `runbook.md`. */
export async function judgeAndRender(run: Run, config: RehearsalConfig): Promise<Verdict> {
  const search = await readSearch(run);
  const chosen = search?.attempts[search.chosen];
  const folder = await rollFolder(run, chosen?.folder.replace(/^rolls\//, "") ?? "");
  const skewProbe = await readIfWritten(run, "skew-probe.json", skewProbeSchema);
  const checklist = [
    ...(await readJson(run, "checklist.json", checklistSchema)),
    ...(skewProbe === undefined ? [] : [{ name: "skew-probe", ok: skewProbe.joined, detail: skewProbe.detail }]),
  ];
  const own = chosen === undefined ? config : paced(config, chosen.candidate);
  const { verdict: judged, baseline, upgrade, events } = await judgeRoll(run, folder, own, checklist);
  const revert = await readIfWritten(run, "revert.json", revertSchema);
  const tools = await readJson(run, "tools.json", toolsSchema);
  const verdict: Verdict = {
    ...judged,
    cost: costOf(config, events),
    rehearsed: {
      at: new Date((await readJson(folder, "roll.json", rollSchema)).endMs).toISOString(),
      fingerprint: fingerprint(config.manifests),
      of: config.fidelity === undefined ? "settings" : "production",
      kops: tools["kops"] ?? "unknown",
    },
    reasons: [...judged.reasons, ...(search === undefined ? [] : searchReasons(search))],
    ...(search === undefined ? {} : { search: searchReport(search) }),
    ...(skewProbe === undefined ? {} : { skewProbe }),
    ...(revert === undefined ? {} : { revert }),
  };
  const commands = ((await readIfThere(run.path("commands.txt"))) ?? "").split("\n").filter((line) => line !== "");
  const data: ReportData = {
    verdict,
    config: own,
    events,
    actions: await actionsOf(run),
    series: buildSeries(baseline, upgrade),
    dryRuns: await readDryRuns(run, commands),
    commands,
    toolVersions: tools,
    production: config.production,
  };
  await writeJson(run.path("verdict.json"), verdict);
  await writeWhole(run.path("report.html"), renderHtml(data));
  await writeWhole(run.path("runbook.md"), renderRunbook(data));
  return verdict;
}

/** Those of all rolls of the run, each once. */
async function actionsOf(run: Run): Promise<string[]> {
  const events = parseEvents((await readIfThere(run.path("events.ndjson"))) ?? "");
  return [...new Set(events.filter(({ kind }) => kind === "unblocked").map(({ message }) => message))];
}

/** By the hours from the first event of the run to the last; the mirror goes on costing until it is destroyed. */
function costOf({ cost, region }: RehearsalConfig, events: readonly RehearsalEvent[]): Verdict["cost"] {
  // Judging is no part of it: judged again, the run has cost the same.
  const judging: readonly string[] = ["checklist", "verdict"] satisfies Phase[];
  const times = events.filter(({ phase }) => !judging.includes(phase ?? "")).map(eventMs);
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

async function readIfWritten<T>(run: Run, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  return existsSync(run.path(name)) ? await readJson(run, name, schema) : undefined;
}

async function readDryRuns(run: Run, commands: readonly string[]): Promise<DryRun[]> {
  const names = ["update", "rolling-update"] as const;
  return await Promise.all(
    names.map(async (name) => {
      const title = `kops ${name} cluster`;
      return {
        title,
        command: commands.find((line) => line.startsWith(title) && !line.includes(" --yes")) ?? title,
        output: (await readIfThere(run.path(`${name}.dry-run.txt`))) ?? "",
      };
    }),
  );
}
