import { costText } from "./cost.ts";
import { fidelityText } from "../analysis/fidelity.ts";
import type { Verdict, VerdictName } from "../analysis/verdict-schema.ts";
import { latency, number, percent, span } from "../analysis/words.ts";
import {
  canaryText,
  checklistText,
  intervalText,
  landedText,
  outagesText,
  scheduleText,
  shiftText,
} from "./summary.ts";

export interface TerminalOptions {
  /** Where the report and the runbook were written, as they are to be shown. */
  readonly report: string;
  readonly runbook: string;
  /** Colour the verdict with ANSI codes; default false. */
  readonly color?: boolean;
}

/** More reasons than this push the figures off the screen. */
const MOST_REASONS = 6;
const colors: Record<VerdictName, number> = { SAFE: 32, DEGRADED: 33, UNSAFE: 31, INCONCLUSIVE: 35 };

/** The end of a run on one screen; says the same as the report. */
export function renderTerminal(verdict: Verdict, options: TerminalOptions): string {
  const { baseline, upgrade, intervals, roll } = verdict;
  const name =
    options.color === true ? `\u001b[1;${colors[verdict.verdict]}m${verdict.verdict}\u001b[0m` : verdict.verdict;
  const took = roll.seconds > 0 ? `, ${span(roll.seconds * 1000)}` : "";
  const nodes = verdict.upgradeLanded.nodes.length;
  const reasons = verdict.reasons.slice(0, MOST_REASONS);
  const more = verdict.reasons.length - reasons.length;
  const percentiles = (run: typeof baseline): string =>
    `${latency(run.p50Ms)}/${latency(run.p95Ms)}/${latency(run.p99Ms)}`;
  const failed =
    `failed ${number(baseline.failed)} -> ${number(upgrade.failed)}` +
    ` (${percent(upgrade.errorRatio)}, 95 % ${intervalText(upgrade)})`;
  const lines = [
    `${name}  ${verdict.clusterName}  ${verdict.fromVersion} -> ${verdict.toVersion}   intervals ${intervals.controlPlane}/${intervals.node}, ${nodes} nodes${took}`,
    ...reasons.map((reason) => `  ${oneLine(reason)}`),
    ...(more > 0 ? [`  ... and ${more} more in the report`] : []),
    `  requests     baseline ${number(baseline.requests)}   upgrade ${number(upgrade.requests)}   ${failed}`,
    `  p50/p95/p99  ${percentiles(baseline)} ms   ${percentiles(upgrade)} ms   p99 ${shiftText(verdict.latency.p99)}`,
    `  outages      ${outagesText(verdict)}`,
    `  seen         any interruption of ${span(verdict.detectionLimitMs)} or more, one target of three of ${span(verdict.detection.partialMs)} or more`,
    `  checks       canary: ${canaryText(verdict)}   landed: ${landedText(verdict)}   checklist: ${checklistText(verdict)}`,
    `  ${scheduleText(verdict)}`,
    ...(verdict.cost === undefined ? [] : [`  cost         ${costText(verdict)}`]),
    ...(verdict.fidelity ? [`  fidelity     ${fidelityText(verdict.fidelity)}`] : []),
    `  report       ${options.report}`,
    `  runbook      ${options.runbook}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Messages of kops can hold line ends and be long; a reason has one line here and all of it in the report. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 220 ? line : `${line.slice(0, 217)}...`;
}
