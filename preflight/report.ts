import type { CheckResult, Finding } from "./finding.ts";
import { acceptable, neverAccepted } from "./names.ts";

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

/** What to do about a refusal. */
export function refusalText({ checks, accepted }: PreflightReport, stack: string): string {
  const standing = checks.filter(({ name, findings }) => findings.some(isError) && !accepted.includes(name));
  const names = standing.map(({ name }) => name).filter((name) => acceptable.some((it) => it === name));
  return names.length === 0
    ? "do what it says behind each arrow, then run it again"
    : `do what it says behind each arrow, then run it again; or, knowing better, set ` +
        `preflight: { accept: [${names.join(", ")}] } in Pulumi.${stack}.yaml`;
}

function isError({ severity }: Finding): boolean {
  return severity === "error";
}

/** For a terminal: a line for each check, with what it found below. */
export function preflightText(report: PreflightReport): string {
  const lines = report.checks.flatMap((check) => checkLines(check, report.accepted.includes(check.name)));
  const { errors, warnings, unchecked, stopped } = report;
  const open = openQuestions(report.checks).flatMap(({ why, enable, names }) => [
    `not checked: ${why} (${names.join(", ")})`,
    `      -> ${enable}`,
  ]);
  const counts = `errors: ${errors}, warnings: ${warnings}, not or partly checked: ${unchecked}`;
  const end = stopped
    ? "Nothing is created before the errors are gone."
    : unchecked === 0
      ? "Nothing stands in the way."
      : "Nothing of what was checked stands in the way; what was not may.";
  return [`Preflight for ${report.clusterName}`, ...lines, ...open, counts, end, ""].join("\n");
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
  ];
}

/** Why something was not checked, each reason once: the same one keeps several checks from being made. */
export function openQuestions(
  checks: readonly CheckResult[],
): { readonly why: string; readonly enable: string; readonly names: readonly string[] }[] {
  const reasons = new Map<string, { enable: string; names: string[] }>();
  for (const { name, unchecked } of checks)
    for (const { why, enable } of unchecked) {
      const reason = reasons.get(why) ?? { enable, names: [] };
      reasons.set(why, { ...reason, names: [...reason.names, name] });
    }
  return [...reasons].map(([why, reason]) => ({ why, ...reason }));
}
