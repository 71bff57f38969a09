import { abPercents } from "../analysis/measurement.ts";
import type { Measurement, Verdict } from "../analysis/verdict-schema.ts";
import { latency, number, percent } from "../analysis/words.ts";
import { failuresText, intervalText, shiftText } from "./summary.ts";

/** Baseline beside upgrade. */
export interface ComparisonRow {
  readonly name: string;
  readonly baseline: string;
  readonly upgrade: string;
  /** Why a difference counts or does not. */
  readonly note: string;
  readonly bad: boolean;
}

export interface ComparisonGroup {
  readonly title: string;
  readonly rows: readonly ComparisonRow[];
}

/** Both runs in the words of `ab` (ApacheBench), then what `ab` does not say. */
export function comparison(verdict: Verdict): ComparisonGroup[] {
  const { baseline, upgrade, objectives } = verdict;
  const row = (name: string, of: (run: Measurement) => string, note = "", bad = false): ComparisonRow => ({
    name,
    baseline: of(baseline),
    upgrade: of(upgrade),
    note,
    bad,
  });
  return [
    {
      title: "As ab prints it",
      rows: [
        row("Complete requests", (run) => number(run.requests)),
        row("Failed requests", (run) => number(run.failed), failuresText(upgrade), upgrade.failed > 0),
        row("Requests per second", (run) => run.requestsPerSecond.toFixed(2), "[#/sec] (mean)"),
        row("Time per request", (run) => run.meanMs?.toFixed(3) ?? "-", "[ms] (mean, from when each was due)"),
      ],
    },
    {
      title: "Percentage of the requests served within a certain time (ms)",
      rows: abPercents.map((p) => {
        const { note, bad } = percentileNote(verdict, p);
        return row(`${p} %`, (run) => latency(run.percentilesMs[p] ?? null), note, bad);
      }),
    },
    {
      title: "What ab does not say",
      rows: [
        row(
          "Share of failed requests",
          (run) => percent(run.errorRatio),
          `budget ${percent(objectives.maxErrorRatio)}`,
          upgrade.errorRatio > objectives.maxErrorRatio,
        ),
        row("95 % interval of it", intervalText),
        row(
          "Requests never sent",
          (run) => number(run.droppedIterations),
          "dropped by the load generator",
          upgrade.droppedIterations > 0,
        ),
      ],
    },
  ];
}

function percentileNote({ latency: { p50, p99 } }: Verdict, p: number): { note: string; bad: boolean } {
  if (p === 50) return { note: shiftText(p50), bad: p50?.real === true };
  if (p === 99) return { note: shiftText(p99), bad: p99?.real === true };
  return { note: p === 100 ? "(longest request)" : "", bad: false };
}
