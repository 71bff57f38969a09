import type { Verdict } from "../../analysis/verdict-schema.ts";
import { readVerdict } from "../render.ts";
import type { Run } from "../run.ts";

export interface ComparedRow {
  readonly what: string;
  readonly one: string;
  readonly other: string;
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(3)} %`;
const ms = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} ms`);
const longest = ({ outages }: Verdict): number => Math.max(0, ...outages.map((outage) => outage.durationMs));

const rows: readonly (readonly [string, (verdict: Verdict) => string])[] = [
  ["run", (verdict) => verdict.run],
  ["verdict", (verdict) => verdict.verdict],
  ["versions", (verdict) => `${verdict.fromVersion} -> ${verdict.toVersion}`],
  ["intervals", ({ intervals }) => `${intervals.controlPlane} / ${intervals.node}`],
  ["requests", ({ upgrade }) => String(upgrade.requests)],
  ["failed", ({ upgrade }) => `${upgrade.failed} (${percent(upgrade.errorRatio)})`],
  ["p50", ({ upgrade }) => ms(upgrade.p50Ms)],
  ["p95", ({ upgrade }) => ms(upgrade.p95Ms)],
  ["p99", ({ upgrade }) => ms(upgrade.p99Ms)],
  ["p99 of the baseline", ({ baseline }) => ms(baseline.p99Ms)],
  ["interruptions", ({ outages }) => String(outages.length)],
  ["longest interruption", (verdict) => ms(longest(verdict))],
  ["detection limit", (verdict) => ms(verdict.detectionLimitMs)],
  ["landed", ({ upgradeLanded }) => (upgradeLanded.landed ? "yes" : "no")],
  ["checklist", ({ checklist }) => `${checklist.filter(({ ok }) => ok).length} of ${checklist.length}`],
  ["schedule", ({ schedule }) => `${schedule.minutes} min (${schedule.low}-${schedule.high})`],
];

/** What was found in two runs, side by side. */
export async function compareRuns(one: Run, other: Run): Promise<ComparedRow[]> {
  const [left, right] = [await readVerdict(one), await readVerdict(other)];
  return rows.map(([what, of]) => ({ what, one: of(left), other: of(right) }));
}

export function compareText(compared: readonly ComparedRow[]): string {
  const width = (column: keyof ComparedRow): number => Math.max(...compared.map((row) => row[column].length));
  const [what, one] = [width("what"), width("one")];
  return compared.map((row) => `${row.what.padEnd(what)}  ${row.one.padEnd(one)}  ${row.other}\n`).join("");
}
