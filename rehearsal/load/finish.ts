import { readFile } from "node:fs/promises";
import { decodeSamples, SampleEncoder } from "../../analysis/sample-file.ts";
import { habits, type Habit } from "../../analysis/sample.ts";
import type { RehearsalConfig } from "../config.ts";
import { writeWhole } from "../files.ts";
import type { Collector } from "./collector.ts";
import { correctDrops } from "./drops.ts";
import { loadExit } from "./exit.ts";
import { canaryRate, periodMs, type LoadKind } from "./plan.ts";
import { parseSummary, type LoadResult, type LoadSummary } from "./result.ts";

export interface EndedLoad {
  readonly config: RehearsalConfig;
  readonly kind: LoadKind;
  readonly samplesFile: string;
  readonly logFile: string;
  readonly collector: Collector;
  readonly rate: number | null;
  /** What k6 wrote at its end, if it got so far. */
  readonly summary: string | undefined;
  readonly exitCode: number | undefined;
  /** We ended it. */
  readonly stopped: boolean;
  readonly version: string;
}

/** Says how a load run went, and puts the samples right if k6 dropped iterations. */
export async function finishLoad(load: EndedLoad): Promise<LoadResult> {
  const { collector, rate } = load;
  const summary = load.summary === undefined ? undefined : parseSummary(load.summary);
  // A file of several segments is incomplete, and judged as such, in any case.
  if (rate !== null && summary !== undefined && collector.earlier.length === 0)
    await correctFile(load.samplesFile, rate, summary);
  const segments = collector.earlier.length + 1;
  const began = collector.firstDueMs < Infinity;
  const exitClass = loadExit(load.exitCode, load.stopped);
  const problem = whatIsMissing(load, summary, segments);
  return {
    kind: load.kind,
    // An earlier segment began earlier.
    startMs: collector.earlier[0]?.epochMs ?? (began ? collector.firstDueMs : Date.now()),
    endMs: began ? collector.lastEndMs : Date.now(),
    rate,
    requests: collector.counts(),
    failed: collector.failed,
    droppedIterations: habits.reduce((sum, habit) => sum + (summary?.[habit]?.dropped ?? 0), 0),
    k6ExitCode: load.exitCode ?? null,
    k6Version: load.version,
    exitClass,
    segments,
    complete: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
  };
}

function whatIsMissing(load: EndedLoad, summary: LoadSummary | undefined, segments: number): string | undefined {
  const exitClass = loadExit(load.exitCode, load.stopped);
  const counts = load.collector.counts();
  if (exitClass === "failed" || exitClass === "aborted" || summary === undefined)
    return `k6 ended early (${load.exitCode === undefined ? "by a signal" : `exit status ${load.exitCode}`}); log: ${load.logFile}`;
  if (load.kind === "upgrade" && !load.stopped) return "the load ended before the upgrade did";
  if (segments > 1) return "the upgrade was interrupted and went on; nothing was measured in between";
  if (counts.fresh + counts.kept === 0) return `k6 sent no request; log: ${load.logFile}`;
  if (load.stopped) return undefined;
  const lost = habits.filter((habit) => (summary[habit]?.iterations ?? 0) !== counts[habit]);
  if (lost.length === 0) return undefined;
  const figures = lost.map((habit) => `${habit}: ${summary[habit]?.iterations ?? 0} sent, ${counts[habit]} collected`);
  return `requests were lost on the way from k6 (${figures.join("; ")})`;
}

async function correctFile(path: string, rate: number, summary: LoadSummary): Promise<void> {
  const periods: Partial<Record<Habit, number>> = {};
  for (const habit of habits) {
    if ((summary[habit]?.dropped ?? 0) > 0) periods[habit] = periodMs(habit === "canary" ? canaryRate : rate / 2);
  }
  if (Object.keys(periods).length === 0) return;
  const { segments, samples } = decodeSamples(await readFile(path));
  const info = segments[0];
  if (info === undefined) return;
  const encoder = new SampleEncoder(info);
  const corrected = correctDrops(samples, periods);
  const parts = [encoder.header()];
  for (let at = 0; at < corrected.length; at += 10_000) parts.push(encoder.block(corrected.slice(at, at + 10_000)));
  await writeWhole(path, Buffer.concat(parts));
}
