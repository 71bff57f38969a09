import { interruptions } from "../analysis/evident.ts";
import type { Measurement, Verdict } from "../analysis/verdict-schema.ts";
import { latency, minutesText, number, percent, span } from "../analysis/words.ts";
import type { ReportData } from "./data.ts";
import { canaryText, checklistText, landedText } from "./summary.ts";

/** A line of the comparison of two runs. */
export interface ComparedRow {
  readonly what: string;
  readonly one: string;
  readonly other: string;
}

/** What is compared: a run's verdict, and in which order it was rolled. */
export type Compared = Verdict & Pick<ReportData["config"], "order">;

const longestText = (verdict: Verdict): string => {
  const { longest } = interruptions(verdict);
  return longest === undefined ? "none" : span(longest.durationMs);
};
const percentiles = (run: Measurement): string => `${latency(run.p50Ms)}/${latency(run.p95Ms)}/${latency(run.p99Ms)}`;

const rows: readonly (readonly [string, (verdict: Compared) => string])[] = [
  ["run", (v) => v.run],
  ["verdict", (v) => v.verdict],
  ["cluster", (v) => v.clusterName],
  ["versions", (v) => `${v.fromVersion} -> ${v.toVersion}`],
  ["order", (v) => v.order],
  ["intervals", (v) => `${v.intervals.controlPlane}/${v.intervals.node}`],
  ["roll", (v) => `${span(v.roll.seconds * 1000)}${v.roll.ok ? "" : ", not finished"}`],
  ["requests", (v) => number(v.upgrade.requests)],
  ["failed", (v) => `${number(v.upgrade.failed)} (${percent(v.upgrade.errorRatio)})`],
  ["interruptions", (v) => number(interruptions(v).count)],
  ["longest", longestText],
  ["p50/p95/p99 ms", (v) => percentiles(v.upgrade)],
  ["of the baseline", (v) => percentiles(v.baseline)],
  ["p99 rise", (v) => (v.latency.p99 === null ? "-" : `${v.latency.p99.shiftMs.toFixed(1)} ms`)],
  ["seen from", (v) => span(v.detectionLimitMs)],
  ["canary", canaryText],
  ["landed", landedText],
  ["checklist", checklistText],
  ["schedule", (v) => `${minutesText(v.schedule.low)} to ${minutesText(v.schedule.high)}`],
];

/** Two rehearsals side by side, so that one sees what other intervals or another version changed. */
export const compare = (a: Compared, b: Compared): ComparedRow[] =>
  rows.map(([what, of]) => ({ what, one: of(a), other: of(b) }));

/** The same as text: what differs is marked, and the reasons of both follow. */
export function renderComparison(a: Compared, b: Compared): string {
  const compared = compare(a, b);
  const wide = Math.max(...compared.map(({ one }) => one.length));
  const table = compared.map(
    ({ what, one, other }) => `${one === other ? " " : "*"} ${what.padEnd(15)} ${one.padEnd(wide)}   ${other}`,
  );
  const reasons = [a, b].flatMap(({ run, reasons: own }) => ["", `${run}:`, ...own.map((reason) => `  ${reason}`)]);
  return `${[...table, ...reasons].map((line) => line.trimEnd()).join("\n")}\n`;
}
