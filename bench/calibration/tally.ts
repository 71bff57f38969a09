import { median } from "simple-statistics";
import type { Outage } from "../../analysis/verdict-schema.ts";
import type { Case, CaseClass } from "./case.ts";

/** An interruption that overlaps with the planted one, a little before and after it. */
function overlapping({ fault, verdict }: Case): Outage[] {
  if (fault === undefined) return [];
  const [fromMs, toMs] = [fault.fromMs - 50, fault.toMs + 50];
  return verdict.outages.filter((outage) => {
    const startMs = Date.parse(outage.start);
    return outage.evident && startMs < toMs && startMs + outage.durationMs > fromMs;
  });
}

const namesOf = (cases: readonly Case[]): string =>
  cases.length === 0 ? "" : ` (${cases.map(({ name }) => name).join(", ")})`;

/** Nothing in n tries: at most 3/n, with 95 % confidence (the rule of three). */
const bound = (missed: number, tried: number): string =>
  missed === 0 ? `, so at most ${((300 / tried) * 1).toFixed(1)} % with 95 % confidence` : "";

const of = (count: number, all: readonly Case[]): string => `${count} of ${all.length}`;

export function tally(what: CaseClass, all: readonly Case[]): string[] {
  const inconclusive = all.filter(({ verdict }) => verdict.verdict === "INCONCLUSIVE");
  const told = all.filter(({ verdict }) => verdict.verdict !== "INCONCLUSIVE");
  const apart = `inconclusive, counted apart: ${inconclusive.length}`;
  if (what === "none") {
    const alarms = told.filter(({ verdict }) => verdict.verdict !== "SAFE");
    const listed = told.filter(({ verdict }) => verdict.outages.some((outage) => outage.evident));
    return [
      `without any fault: ${of(alarms.length, told)} false alarms${namesOf(alarms)}${bound(alarms.length, told.length)}`,
      `  runs that list an evident interruption all the same: ${listed.length}; ${apart}`,
    ];
  }
  if (what === "rise") return rises(told, apart);
  const found = told.filter((one) => overlapping(one).length > 0);
  const missed = told.filter((one) => overlapping(one).length === 0);
  const safe = told.filter(({ verdict }) => verdict.verdict === "SAFE");
  // Without errors it lasts for a caller until packets are sent again, or the queue is empty: longer than the fault.
  const failing = found.filter(({ fault }) => fault!.failing);
  const silent = found.filter((one) => !failing.includes(one));
  return [
    `${what} outages: ${of(missed.length, told)} missed${namesOf(missed)}${bound(missed.length, told.length)}; judged SAFE: ${safe.length}`,
    `  length, with errors: ${lengthText(failing)}`,
    `  length, without an error (packets dropped, service frozen): ${lengthText(silent)}`,
    `  ${apart}`,
  ];
}

/** How far the measured lengths are off, over both habits. */
function lengthText(cases: readonly Case[]): string {
  const errorsOf = (one: Case): number[] =>
    overlapping(one).map(({ durationMs }) => Math.abs(durationMs - (one.fault!.toMs - one.fault!.fromMs)));
  const errors = cases.flatMap(errorsOf);
  if (errors.length === 0) return "none";
  const far = cases.filter((one) => errorsOf(one).some((error) => error > 20));
  return `off by ${median(errors).toFixed(1)} ms (median), ${Math.max(...errors).toFixed(1)} ms at most; more than 20 ms in ${of(far.length, cases)}${namesOf(far)}`;
}

function rises(told: readonly Case[], apart: string): string[] {
  const found = ({ verdict }: Case): boolean => verdict.verdict !== "SAFE";
  const promised = told.filter(({ verdict }) => {
    const { p99RiseMs } = verdict.detection;
    return p99RiseMs !== null && p99RiseMs <= 0.2 * (verdict.latency.p99?.baselineMs ?? 0);
  });
  const missed = promised.filter((one) => !found(one));
  return [
    `p99 higher by 20 % for 30 s: ${of(told.filter(found).length, told)} found; ${apart}`,
    `  where the verdict says that it would be seen (p99RiseMs): ${of(missed.length, promised)} missed${namesOf(missed)}`,
  ];
}
