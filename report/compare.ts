import type { Measurement, Verdict } from "../analysis/verdict-schema.ts";
import { latency, minutesText, number, percent, span } from "../analysis/words.ts";
import { canaryText, checklistText, landedText } from "./summary.ts";

/** Two rehearsals side by side as plain text, so that one sees what other intervals or another version changed. */
export function renderComparison(a: Verdict, b: Verdict): string {
  const longest = (verdict: Verdict): string =>
    verdict.outages.length === 0 ? "none" : span(Math.max(...verdict.outages.map((outage) => outage.durationMs)));
  const percentiles = (run: Measurement): string => `${latency(run.p50Ms)}/${latency(run.p95Ms)}/${latency(run.p99Ms)}`;
  const rows: [string, (verdict: Verdict) => string][] = [
    ["run", (v) => v.run],
    ["verdict", (v) => v.verdict],
    ["cluster", (v) => v.clusterName],
    ["versions", (v) => `${v.fromVersion} -> ${v.toVersion}`],
    ["intervals", (v) => `${v.intervals.controlPlane}/${v.intervals.node}`],
    ["roll", (v) => `${span(v.roll.seconds * 1000)}${v.roll.ok ? "" : ", not finished"}`],
    ["requests", (v) => number(v.upgrade.requests)],
    ["failed", (v) => `${number(v.upgrade.failed)} (${percent(v.upgrade.errorRatio)})`],
    ["interruptions", (v) => number(v.outages.length + v.outagesOmitted)],
    ["longest", longest],
    ["p50/p95/p99 ms", (v) => percentiles(v.upgrade)],
    ["p99 rise", (v) => (v.latency.p99 === null ? "-" : `${v.latency.p99.shiftMs.toFixed(1)} ms`)],
    ["seen from", (v) => span(v.detectionLimitMs)],
    ["canary", canaryText],
    ["landed", landedText],
    ["checklist", checklistText],
    ["schedule", (v) => `${minutesText(v.schedule.low)} to ${minutesText(v.schedule.high)}`],
  ];
  const cells = rows.map(([name, of]) => [name, of(a), of(b)] as const);
  const wide = Math.max(...cells.map(([, left]) => left.length));
  const table = cells.map(
    ([name, left, right]) => `${left === right ? " " : "*"} ${name.padEnd(15)} ${left.padEnd(wide)}   ${right}`,
  );
  const reasons = [a, b].flatMap((verdict) => [
    "",
    `${verdict.run}:`,
    ...verdict.reasons.map((reason) => `  ${reason}`),
  ]);
  return `${[...table, ...reasons].map((line) => line.trimEnd()).join("\n")}\n`;
}
