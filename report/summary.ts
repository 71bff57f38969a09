import { interruptions } from "../analysis/evident.ts";
import type { Measurement, Verdict } from "../analysis/verdict-schema.ts";
import { count, latency, minutesText, number, percent, span } from "../analysis/words.ts";

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
  const { count: total, longest, minor } = interruptions(verdict);
  const rest = minor === 0 ? "" : ` (and ${number(minor)} no worse than the baseline's)`;
  if (longest === undefined) return `no interruption${rest}`;
  const where =
    longest.node !== null
      ? `, during the turn of node ${longest.node}`
      : longest.phase
        ? `, phase ${longest.phase}`
        : "";
  return `${count(total, "interruption")}, longest ${span(longest.durationMs)} (${longest.kind}, ${longest.habit} connections)${where}${rest}`;
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

/** What rise of latency for half a minute would have been seen. */
export function latencyLimitText({ baseline: { p95Ms }, detection: { p95RiseMs } }: Verdict): string {
  if (p95RiseMs === null || p95Ms === null || p95Ms === 0)
    return "The baseline was too short to tell which rise of latency would have been seen.";
  return `A p95 higher by ${latency(p95RiseMs)} ms (${Math.round((100 * p95RiseMs) / p95Ms)} %) for half a minute would have been seen, smaller ones maybe not.`;
}
