import { fidelityText } from "../analysis/fidelity.ts";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Eta } from "eta";
import type { Verdict, VerdictName } from "../analysis/verdict-schema.ts";
import { minutesText, number, percent, span } from "../analysis/words.ts";
import { chartData } from "./chart-data.ts";
import { costRows, costSources, costText, perNodeText } from "./cost.ts";
import type { ReportData } from "./data.ts";
import {
  canaryText,
  checklistText,
  comparisonRows,
  intervalText,
  landedText,
  outagesText,
  scheduleText,
  shiftText,
} from "./summary.ts";
import { turnRows } from "./turns.ts";

const meanings: Record<VerdictName, string> = {
  SAFE: "No budget was broken, and the measurement was good enough to know.",
  DEGRADED: "Within every budget, but worse than the baseline beyond its own noise.",
  UNSAFE: "Do not upgrade production like this.",
  INCONCLUSIVE: "The measurement cannot tell. Remove what disturbed it and rehearse again.",
};

const legend = [
  ["serving", "ready"],
  ["cordoned", "cordoned"],
  ["draining", "draining"],
  ["terminating", "drained, terminating"],
  ["booting", "booting"],
  ["joined", "joined, not ready"],
  ["bad", "interruption, failed requests"],
  ["upgrade", "latency of the upgrade"],
  ["baseline", "of the baseline (p99 solid, p50 dotted)"],
] as const;

const states = new Set<string>(["serving", "cordoned", "draining", "terminating", "booting", "joined"]);
const isState = (name: string): boolean => states.has(name);

/** More interruptions than this are only in `verdict.json`. */
const MOST_OUTAGES = 50;

const templates = new URL("./templates/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, templates), "utf8");

/**
 * The report as one HTML file that needs no network: styles, data and the chart library are in it. Everything that comes from
 * outside (messages, names, outputs of kops) is escaped.
 */
export function renderHtml(data: ReportData): string {
  const { verdict, series } = data;
  const upgradeStartMs = series.upgrade.startMs;
  const chart = chartData(data);
  return new Eta({ autoEscape: true }).renderString(read("report.eta"), {
    verdict,
    config: data.config,
    meaning: meanings[verdict.verdict],
    facts: facts(verdict),
    legend: legend.filter(([name]) => !isState(name) || chart.bars.some((bar) => bar.state === name)),
    timelineText: `Timeline of the upgrade: ${outagesText(verdict)}; ${landedText(verdict)}.`,
    upgradeStart: new Date(upgradeStartMs).toISOString().slice(0, 19).replace("T", " "),
    comparison: comparisonRows(verdict),
    canary: canaryText(verdict),
    ...outageRows(verdict, upgradeStartMs),
    detection: {
      total: span(verdict.detectionLimitMs),
      partial: span(verdict.detection.partialMs),
      stall: span(verdict.detection.stallMs),
    },
    landed: landedText(verdict),
    schedule: capital(scheduleText(verdict)),
    perNode: perNodeText(verdict),
    fidelity: verdict.fidelity ? fidelityText(verdict.fidelity) : undefined,
    notMirrored: verdict.fidelity?.unwaived ?? [],
    turns: turnRows(data),
    cost: capital(costText(verdict)),
    costRows: costRows(verdict),
    costSources: costSources(verdict),
    tools: Object.entries(data.toolVersions).sort(([a], [b]) => (a < b ? -1 : 1)),
    commands: data.commands,
    dryRuns: data.dryRuns,
    css: read("theme.css") + read("report.css"),
    echarts: inScript(readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js"), "utf8")),
    chartScript: inScript(read("timeline.js")),
    chartJson: JSON.stringify(chart).replaceAll("<", "\\u003c"),
  });
}

const capital = (text: string): string => text.replace(/^[a-z]/, (letter) => letter.toUpperCase());

/** A script that holds the end of a script element would end it. */
const inScript = (code: string): string => code.replaceAll(/<\/(script)/gi, "<\\/$1");

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly bad?: boolean;
}

function facts(verdict: Verdict): Fact[] {
  const { upgrade, objectives, schedule, checklist, upgradeLanded } = verdict;
  const longest = Math.max(0, ...verdict.outages.map((outage) => outage.durationMs));
  return [
    {
      name: "Interruptions",
      value: number(verdict.outages.length + verdict.outagesOmitted),
      note: longest === 0 ? `seen from ${span(verdict.detectionLimitMs)} on` : `longest ${span(longest)}`,
      bad: longest > objectives.maxOutageMs,
    },
    {
      name: "Failed requests",
      value: percent(upgrade.errorRatio),
      note: `${number(upgrade.failed)} of ${number(upgrade.requests)}; 95 %: ${intervalText(upgrade)}`,
      bad: upgrade.errorRatio > objectives.maxErrorRatio,
    },
    {
      name: "p99",
      value: upgrade.p99Ms === null ? "-" : `${upgrade.p99Ms.toFixed(1)} ms`,
      note: shiftText(verdict.latency.p99),
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

function outageRows(verdict: Verdict, startMs: number): { outages: object[]; outagesMore: number } {
  const longest = [...verdict.outages].sort((a, b) => b.durationMs - a.durationMs).slice(0, MOST_OUTAGES);
  const rows = longest
    .sort((a, b) => (a.start < b.start ? -1 : 1))
    .map((outage) => ({
      after: span(Date.parse(outage.start) - startMs),
      length: span(outage.durationMs),
      bad: outage.durationMs > verdict.objectives.maxOutageMs,
      what: `${outage.kind}, ${outage.outcome}`,
      counts: `${number(outage.failedRequests + outage.stalledRequests)} of ${number(outage.requests)}`,
      habit: outage.habit,
      cause: [outage.phase, outage.node].filter((part) => part !== null).join(": ") || "not known",
    }));
  return { outages: rows, outagesMore: verdict.outages.length + verdict.outagesOmitted - rows.length };
}
