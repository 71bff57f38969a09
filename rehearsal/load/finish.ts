import { createReadStream } from "node:fs";
import { readSamples, SampleEncoder, type SegmentInfo } from "../../analysis/sample-file.ts";
import type { RehearsalConfig } from "../config.ts";
import { shortDuration } from "../event-log.ts";
import { writeWhole } from "../files.ts";
import type { Collector } from "./collector.ts";
import { Drops } from "./drops.ts";
import { worstEnd } from "./exit.ts";
import type { RunnerEnd } from "./generator.ts";
import { periodMs, type LoadKind } from "./plan.ts";
import type { LoadResult } from "./result.ts";

export interface EndedLoad {
  readonly config: RehearsalConfig;
  readonly kind: LoadKind;
  readonly samplesFile: string;
  readonly logFile: string;
  readonly collector: Collector;
  readonly info: SegmentInfo;
  readonly ends: readonly RunnerEnd[];
  /** We ended it. */
  readonly stopped: boolean;
  readonly version: string;
}

/** A clock that is off by more than this, in ms, puts requests beside the wrong events. */
const clockToleranceMs = 1000;

/** Says how a load run went, and puts the samples right if k6 dropped iterations. */
export async function finishLoad(load: EndedLoad): Promise<LoadResult> {
  const { collector, info } = load;
  const segments = collector.earlier.length + 1;
  // A file of several segments is incomplete, and judged as such, in any case.
  const correctable = info.rate > 0 && segments === 1;
  const drops = collector.runners.some(({ dropped }) => dropped);
  const dropped = !drops ? 0 : correctable ? await correctFile(load) : 1;
  const began = collector.firstDueMs < Infinity;
  const { end, exitClass } = worstEnd(load.ends, load.stopped);
  const problem = whatIsMissing(load, segments);
  return {
    kind: load.kind,
    // An earlier segment began earlier.
    startMs: collector.earlier[0]?.epochMs ?? (began ? collector.firstDueMs : Date.now()),
    endMs: began ? collector.lastEndMs : Date.now(),
    rate: info.rate > 0 ? info.rate : null,
    requests: collector.counts(),
    failed: collector.failed,
    droppedIterations: dropped,
    k6ExitCode: end.exitCode ?? null,
    k6Version: load.version,
    exitClass,
    runners: collector.runners.length,
    segments,
    complete: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
  };
}

function whatIsMissing({ collector, kind, ends, stopped, logFile }: EndedLoad, segments: number): string | undefined {
  const { end, exitClass } = worstEnd(ends, stopped);
  const counts = collector.counts();
  const silent = collector.runners.findIndex(({ ended }) => !ended);
  if (exitClass === "failed" || exitClass === "aborted" || silent >= 0) {
    const { name, exitCode } = exitClass === "failed" || exitClass === "aborted" ? end : (ends[silent] ?? end);
    return `k6${name === "" ? "" : ` (${name})`} ended early (${exitCode === undefined ? "by a signal" : `exit status ${exitCode}`}); log: ${logFile}`;
  }
  if (collector.problem !== undefined) return `requests could not be kept: ${collector.problem}`;
  if (kind === "upgrade" && !stopped) return "the load ended before the upgrade did";
  if (segments > 1) return "the upgrade was interrupted and went on; nothing was measured in between";
  if (counts.fresh + counts.kept === 0) return `k6 sent no request; log: ${logFile}`;
  const lost = collector.runners.reduce((sum, { missing }) => sum + missing, 0);
  // Once it was told to stop, k6 breaks off what was not due any more.
  if (lost > 0 && !stopped) return `${lost} requests were lost on the way from k6`;
  return clockProblem(collector, ends);
}

function clockProblem(collector: Collector, ends: readonly RunnerEnd[]): string | undefined {
  const off = collector.runners.findIndex(({ delayMs }) => delayMs < Infinity && Math.abs(delayMs) > clockToleranceMs);
  const delayMs = collector.runners[off]?.delayMs;
  if (delayMs === undefined) return undefined;
  const which = `${shortDuration(Math.abs(delayMs))} ${delayMs < 0 ? "ahead of" : "behind"}`;
  return `the clock of k6${ends[off]?.name ? ` (${ends[off].name})` : ""} is ${which} this machine's: its requests cannot be put beside what happened`;
}

/** Rewrites the file with the times at which requests were due; returns how many iterations were dropped. */
async function correctFile({ samplesFile, info, collector }: EndedLoad): Promise<number> {
  const runners = collector.runners.length;
  const drops = new Drops((habit, runner) =>
    collector.runners[runner]?.dropped === true ? periodMs(habit, info.rate, runners) : undefined,
  );
  for await (const block of readSamples(createReadStream(samplesFile))) for (const sample of block) drops.see(sample);
  const encoder = new SampleEncoder(info);
  async function* corrected(): AsyncGenerator<Uint8Array> {
    yield encoder.header();
    for await (const block of readSamples(createReadStream(samplesFile)))
      yield encoder.block(block.map((sample) => drops.correct(sample)));
  }
  await writeWhole(samplesFile, corrected());
  return Math.max(1, drops.count);
}
