import type { Verdict } from "../analysis/verdict-schema.ts";
import { interruptions } from "../analysis/evident.ts";
import { latency, minutesText, number, percent, span } from "../analysis/words.ts";
import { checklistText, intervalText, landedText, shiftText } from "./summary.ts";

/** A figure at the top of the report. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly bad?: boolean;
}

export function facts(verdict: Verdict): Fact[] {
  const { upgrade, objectives, schedule, checklist, upgradeLanded } = verdict;
  const { count, longest } = interruptions(verdict);
  return [
    {
      name: "Interruptions",
      value: number(count),
      note:
        longest === undefined
          ? `seen from ${span(verdict.detectionLimitMs)} on`
          : `longest ${span(longest.durationMs)}`,
      bad: longest !== undefined && longest.durationMs > objectives.maxOutageMs,
    },
    {
      name: "Failed requests",
      value: percent(upgrade.errorRatio),
      note: `${number(upgrade.failed)} of ${number(upgrade.requests)}; 95 %: ${intervalText(upgrade)}`,
      bad: upgrade.errorRatio > objectives.maxErrorRatio,
    },
    {
      name: "p99",
      value: upgrade.p99Ms === null ? "-" : `${latency(upgrade.p99Ms)} ms`,
      note: shiftText(verdict.latency.p99),
      bad: verdict.latency.p99?.real === true,
    },
    {
      name: "Upgrade landed",
      value: upgradeLanded.landed ? "yes" : "no",
      note: landedText(verdict),
      bad: !upgradeLanded.landed,
    },
    {
      name: "Checklist",
      value: checklistText(verdict),
      note: "checks passed",
      bad: checklist.some((item) => !item.ok),
    },
    {
      name: `Production, ${number(schedule.nodes)} nodes`,
      value: minutesText(schedule.high),
      note: `floor ${minutesText(schedule.minutes)}, likely ${minutesText(schedule.low)} to ${minutesText(schedule.high)}`,
    },
  ];
}
