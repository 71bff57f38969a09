import type { CheckResult, Finding } from "./finding.ts";
import { neverAccepted } from "./run.ts";

/** What a preflight came to: `stopped` when an error stands that nobody has accepted. */
export interface PreflightReport {
  readonly clusterName: string;
  /** RFC 3339. */
  readonly time: string;
  readonly stopped: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** Checks of which some question stayed open. */
  readonly unchecked: number;
  /** Checks whose errors were accepted in the settings. */
  readonly accepted: readonly string[];
  readonly checks: readonly CheckResult[];
}

/** Counts findings, and decides whether they stop the rehearsal. */
export function preflightReport(
  clusterName: string,
  checks: readonly CheckResult[],
  accept: readonly string[],
  now: Date,
): PreflightReport {
  const accepted = checks
    .filter(({ name, findings }) => accept.includes(name) && findings.some(isError))
    .filter(({ name }) => !neverAccepted.some((never) => never === name))
    .map(({ name }) => name);
  const number = (severity: Finding["severity"]): number =>
    checks.flatMap(({ findings }) => findings).filter((finding) => finding.severity === severity).length;
  return {
    clusterName,
    time: now.toISOString(),
    stopped: checks.some(({ name, findings }) => findings.some(isError) && !accepted.includes(name)),
    errors: number("error"),
    warnings: number("warning"),
    unchecked: checks.filter(({ unchecked }) => unchecked.length > 0).length,
    accepted,
    checks,
  };
}

function isError({ severity }: Finding): boolean {
  return severity === "error";
}

/** For a terminal: a line for each check, with what it found below. */
export function preflightText(report: PreflightReport): string {
  const lines = report.checks.flatMap((check) => checkLines(check, report.accepted.includes(check.name)));
  const { errors, warnings, unchecked, stopped } = report;
  const counts = `errors: ${errors}, warnings: ${warnings}, not or partly checked: ${unchecked}`;
  const end = stopped ? "Nothing is created before the errors are gone." : "Nothing stands in the way.";
  return [`Preflight for ${report.clusterName}`, ...lines, counts, end, ""].join("\n");
}

function checkLines(check: CheckResult, accepted: boolean): string[] {
  const { name, title, findings, unchecked, looked } = check;
  const state = findings.some(isError)
    ? accepted
      ? "accepted"
      : "ERROR"
    : findings.some(({ severity }) => severity === "warning")
      ? "warning"
      : unchecked.length > 0
        ? looked === ""
          ? "not checked"
          : "partly"
        : "ok";
  return [
    `${state.padEnd(11)} ${title} (${name})${looked === "" ? "" : `: ${looked}`}`,
    ...findings.flatMap(({ severity, summary, evidence, next }) => [
      `    ${severity}: ${summary}`,
      ...evidence.map((line) => `      ${line}`),
      `      -> ${next}`,
    ]),
    ...unchecked.flatMap(({ why, enable }) => [`    not checked: ${why}`, `      -> ${enable}`]),
  ];
}
