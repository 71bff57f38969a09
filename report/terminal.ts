import { costText } from "./cost.ts";
import { fidelityInShort } from "../analysis/fidelity.ts";
import type { Measurement, Verdict, VerdictName } from "../analysis/verdict-schema.ts";
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
import { revertText } from "./way-back.ts";
import { fit, wrap } from "./wrap.ts";

export interface TerminalOptions {
  /** Where the report and the runbook were written, as they are to be shown. */
  readonly report: string;
  readonly runbook: string;
  /** Colour the verdict with ANSI codes; default false. */
  readonly color?: boolean;
}

/** The smallest usual terminal; its last line is the prompt's. */
const columns = 80;
const lines = 23;
const colors: Record<VerdictName, number> = { SAFE: 32, DEGRADED: 33, UNSAFE: 31, INCONCLUSIVE: 35 };

/** The end of a run on one screen of 80 x 24; says the same as the report. Reasons get the lines that figures leave. */
export function renderTerminal(verdict: Verdict, options: TerminalOptions): string {
  const { clusterName, fromVersion, toVersion } = verdict;
  const title = fit(`  ${clusterName}  ${fromVersion} -> ${toVersion}`, columns - verdict.verdict.length);
  const name =
    options.color === true ? `\u001b[1;${colors[verdict.verdict]}m${verdict.verdict}\u001b[0m` : verdict.verdict;
  const figures = [...table(verdict), ...facts(verdict, options)];
  const reasons = reasonLines(verdict.reasons, lines - 1 - figures.length);
  return `${[name + title, ...reasons, ...figures].join("\n")}\n`;
}

/** At least the first reason's first lines; what finds no room is said to be in the report. */
function reasonLines(reasons: readonly string[], room: number): string[] {
  const shown: string[] = [];
  for (const [i, reason] of reasons.entries()) {
    const own = wrap(reason, columns - 4).map((line, k) => `${k === 0 ? "  - " : "    "}${line}`);
    const last = i === reasons.length - 1;
    const left = room - shown.length - (last ? 0 : 1);
    if (own.length <= left) {
      shown.push(...own);
      continue;
    }
    const more = "... the report has the rest";
    const kept = own.slice(0, Math.max(shown.length === 0 ? 1 : 0, room - shown.length - 1));
    return [...shown, ...kept, `    ${more}`];
  }
  return shown;
}

function table({ baseline, upgrade, latency: { p99 } }: Verdict): string[] {
  const row = (name: string, of: (run: Measurement) => string, note = ""): string =>
    fit(`  ${name.padEnd(11)}${of(baseline).padStart(11)}${of(upgrade).padStart(12)}   ${note}`.trimEnd(), columns);
  return [
    `  ${"".padEnd(11)}${"baseline".padStart(11)}${"upgrade".padStart(12)}`,
    row("requests", (run) => number(run.requests)),
    row("failed", (run) => number(run.failed), `${percent(upgrade.errorRatio)}, 95 % ${intervalText(upgrade)}`),
    row("p50, ms", (run) => latency(run.p50Ms)),
    row("p95, ms", (run) => latency(run.p95Ms)),
    row("p99, ms", (run) => latency(run.p99Ms), shiftText(p99)),
  ];
}

function facts(verdict: Verdict, options: TerminalOptions): string[] {
  const { intervals, roll, detection } = verdict;
  const silent = detection.silenceMs === null ? "" : ` (silent ones of ${span(detection.silenceMs)})`;
  const took = roll.seconds > 0 ? `, ${span(roll.seconds * 1000)}` : "";
  const fact = (name: string, text: string, most = 1): string[] => {
    const own = wrap(text, columns - 13);
    const kept =
      own.length <= most ? own : [...own.slice(0, most - 1), fit(own.slice(most - 1).join(" "), columns - 13)];
    return kept.map((line, i) => `  ${(i === 0 ? name : "").padEnd(11)}${line}`);
  };
  return [
    ...fact(
      "roll",
      `intervals ${intervals.controlPlane}/${intervals.node}, ${verdict.upgradeLanded.nodes.length} nodes${took}`,
    ),
    ...fact("outages", outagesText(verdict), 2),
    ...fact(
      "seen",
      `any of ${span(verdict.detectionLimitMs)} or more${silent}, one target of three of ${span(detection.partialMs)}; canary ${canaryText(verdict)}`,
      2,
    ),
    ...fact("landed", `${landedText(verdict)}; checklist ${checklistText(verdict)}`),
    ...fact("production", scheduleText(verdict).replace("production (", "").replace(")", "")),
    ...(verdict.revert ? fact("way back", revertText(verdict.revert), 2) : []),
    ...(verdict.cost === undefined ? [] : fact("cost", costText(verdict))),
    ...(verdict.fidelity ? fact("fidelity", fidelityInShort(verdict.fidelity)) : []),
    // Whole, so that they can be copied.
    `  report     ${options.report}`,
    `  runbook    ${options.runbook}`,
  ];
}
