import type { Measurement, Verdict } from "../analysis/verdict-schema.ts";
import { count, latency, minutesText, number, percent, span } from "../analysis/words.ts";

/** A row of the comparison in the terms of `ab`. */
export interface ComparisonRow {
  readonly name: string;
  readonly baseline: string;
  readonly upgrade: string;
  /** Why a difference counts or does not. */
  readonly note: string;
  readonly bad: boolean;
}

/** Baseline beside upgrade. */
export function comparisonRows(verdict: Verdict): ComparisonRow[] {
  const { baseline, upgrade } = verdict;
  const row = (name: string, of: (run: Measurement) => string, note = "", bad = false): ComparisonRow => ({
    name,
    baseline: of(baseline),
    upgrade: of(upgrade),
    note,
    bad,
  });
  return [
    row("Requests", (run) => number(run.requests)),
    row("Failed requests", (run) => number(run.failed), failuresText(upgrade), upgrade.failed > 0),
    row("Error ratio", (run) => percent(run.errorRatio), `budget ${percent(verdict.objectives.maxErrorRatio)}`),
    row("95 % interval", intervalText),
    row("Requests per second", (run) => run.requestsPerSecond.toFixed(1)),
    row("p50, ms", (run) => latency(run.p50Ms), shiftText(verdict.latency.p50)),
    row("p95, ms", (run) => latency(run.p95Ms)),
    row("p99, ms", (run) => latency(run.p99Ms), shiftText(verdict.latency.p99), verdict.latency.p99?.real === true),
    row("Longest, ms", (run) => latency(run.maxMs)),
    row(
      "Never sent",
      (run) => number(run.droppedIterations),
      "dropped by the load generator",
      upgrade.droppedIterations > 0,
    ),
  ];
}

export const intervalText = (run: Measurement): string =>
  `${percent(run.errorRatioInterval95[0])} to ${percent(run.errorRatioInterval95[1])}`;

/** `p99 +2.5 ms, within noise`, without the name. */
export function shiftText(shift: Verdict["latency"]["p99"]): string {
  if (shift === null) return "too few windows to compare";
  const sign = shift.shiftMs < 0 ? "-" : "+";
  const size = `${sign}${latency(Math.abs(shift.shiftMs))} ms in the usual second`;
  if (shift.real) return `${size}, real`;
  return shift.p < 0.01 && shift.shiftMs > 0 && shift.canaryShiftMs > 0
    ? `${size}, shared by the canary`
    : `${size}, within noise`;
}

export const failuresText = (run: Measurement): string =>
  Object.entries(run.failures)
    .map(([outcome, n]) => `${number(n)} ${outcome}`)
    .join(", ");

/** What the interruptions were, in one line. */
export function outagesText(verdict: Verdict): string {
  const { outages } = verdict;
  if (outages.length === 0) return "no interruption";
  const longest = outages.reduce((a, b) => (b.durationMs > a.durationMs ? b : a));
  const total = outages.length + verdict.outagesOmitted;
  const where =
    longest.node !== null
      ? `, during the turn of node ${longest.node}`
      : longest.phase
        ? `, phase ${longest.phase}`
        : "";
  return `${count(total, "interruption")}, longest ${span(longest.durationMs)} (${longest.kind}, ${longest.habit} connections)${where}`;
}

/** `production (50 nodes): schedule 520 min (floor 500, likely 515 to 590)`. */
export function scheduleText({ schedule }: Verdict): string {
  return `production (${count(schedule.nodes, "node")}): schedule ${minutesText(schedule.high)} (floor ${minutesText(schedule.minutes)}, likely ${minutesText(schedule.low)} to ${minutesText(schedule.high)})`;
}

export function canaryText({ canary }: Verdict): string {
  const excluded = canary.baseline.excludedWindows + canary.upgrade.excludedWindows;
  if (canary.upgrade.requests === 0) return "absent";
  return excluded === 0
    ? "clean"
    : `${count(excluded, "window")} excluded of ${canary.baseline.windows + canary.upgrade.windows}`;
}

export function landedText({ upgradeLanded, toVersion }: Verdict): string {
  const there = upgradeLanded.nodes.filter((node) => node.kubeletVersion.replace(/^v/, "") === toVersion).length;
  return `${there} of ${count(upgradeLanded.nodes.length, "node")} on ${toVersion}${upgradeLanded.landed ? "" : " (not landed)"}`;
}

export function checklistText({ checklist }: Verdict): string {
  return `${checklist.filter((item) => item.ok).length} of ${checklist.length}`;
}
