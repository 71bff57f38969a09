import { median } from "simple-statistics";
import type { Outage } from "../../analysis/verdict-schema.ts";
import { atMost } from "./bound.ts";
import type { Case, CaseClass } from "./case.ts";

/** A measured length further off than this misses the goal, in ms. */
const lengthGoalMs = 20;

/** Evident interruptions that overlap with the planted one, a little before and after it. */
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

/** `2 of 100 (seed 3, seed 7), so at most 6.2 % with 95 % confidence` */
const share = (bad: readonly Case[], all: readonly Case[]): string =>
  `${bad.length} of ${all.length}${namesOf(bad)}, so at most ${(100 * atMost(bad.length, all.length)).toFixed(1)} % with 95 % confidence`;

/** What a class of cases shows, in lines for a person. */
export function tally(what: CaseClass, all: readonly Case[]): string[] {
  const inconclusive = all.filter(({ verdict }) => verdict.verdict === "INCONCLUSIVE");
  const told = all.filter(({ verdict }) => verdict.verdict !== "INCONCLUSIVE");
  const apart = `  inconclusive, counted apart: ${inconclusive.length}${namesOf(inconclusive)}`;
  switch (what) {
    case "none":
      return [...falseAlarms(told), apart];
    case "rise":
      return [...rises(told), apart];
    case "total":
    case "partial":
      return [...outages(what, told), apart];
  }
}

function falseAlarms(told: readonly Case[]): string[] {
  const alarms = told.filter(({ verdict }) => verdict.verdict !== "SAFE");
  const listed = told.filter(({ verdict }) => verdict.outages.some((outage) => outage.evident));
  return [
    `without any fault: ${share(alarms, told)}, false alarms`,
    `  of these, with an evident interruption: ${listed.length}`,
    ...alarms.map(({ name, verdict }) => `  ${name}: ${verdict.verdict}: ${verdict.reasons[0] ?? ""}`),
  ];
}

function outages(what: "total" | "partial", told: readonly Case[]): string[] {
  const found = told.filter((one) => overlapping(one).length > 0);
  const missed = told.filter((one) => !found.includes(one));
  const safe = told.filter(({ verdict }) => verdict.verdict === "SAFE");
  const failing = found.filter(({ fault }) => fault!.failing);
  const silent = found.filter(({ fault }) => !fault!.failing);
  return [
    `${what} outages: missed ${share(missed, told)}; judged SAFE: ${safe.length}`,
    ...(what === "total"
      ? [
          `  nothing answered for, where requests failed: ${lengths(failing, unanswered)}`,
          `  nothing answered for, where none failed (packets dropped, service frozen): ${lengths(silent, unanswered)}`,
        ]
      : []),
    `  first bad to next good request, where requests failed: ${lengths(failing, felt)}`,
    `  first bad to next good request, where none failed: ${lengths(silent, felt)}`,
  ];
}

const longest = (values: readonly number[]): number => Math.max(0, ...values);
const unanswered = (one: Case): number => longest(overlapping(one).map(({ unansweredMs }) => unansweredMs ?? 0));
const felt = (one: Case): number => longest(overlapping(one).map(({ durationMs }) => durationMs));

/** How far the measured lengths are off. */
function lengths(cases: readonly Case[], measured: (one: Case) => number): string {
  if (cases.length === 0) return "none";
  const offBy = (one: Case): number => measured(one) - (one.fault!.toMs - one.fault!.fromMs);
  const errors = cases.map((one) => Math.abs(offBy(one)));
  const far = cases.filter((one) => Math.abs(offBy(one)) > lengthGoalMs);
  return `off by ${median(errors).toFixed(1)} ms (median), ${Math.max(...errors).toFixed(1)} ms at most; more than ${lengthGoalMs} ms in ${far.length} of ${cases.length}${namesOf(far)}`;
}

function rises(told: readonly Case[]): string[] {
  const missed = told.filter(({ verdict }) => verdict.verdict === "SAFE");
  const promised = told.filter(seenByItself);
  const known = told.filter(({ ideally }) => ideally !== undefined);
  const ideal = known.reduce((sum, { ideally = 0 }) => sum + ideally, 0);
  return [
    `p99 higher for 30 s: missed ${share(missed, told)}`,
    ...(known.length === 0
      ? []
      : [
          `  where all requests became slower: found ${known.filter((one) => !missed.includes(one)).length} of ${known.length}; a detector that knew all about the service's noise ${ideal.toFixed(1)}`,
        ]),
    `  where the verdict says that it would be seen (p95RiseMs, p99RiseMs, tailRiseMs): missed ${share(
      missed.filter((one) => promised.includes(one)),
      promised,
    )}`,
  ];
}

/** Does the verdict say that what was planted would be seen? */
function seenByItself({ fault, verdict: { detection } }: Case): boolean {
  const rise = fault?.riseMs;
  if (rise === undefined) return false;
  const reaches = (least: number | null, ms: number): boolean => least !== null && least <= ms;
  return (
    reaches(detection.p95RiseMs, rise.p95) ||
    reaches(detection.p99RiseMs, rise.p99) ||
    (fault?.kind === "slower-tail" && reaches(detection.tailRiseMs, rise.p95))
  );
}
