import { fidelityText } from "../analysis/fidelity.ts";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Eta } from "eta";
import type { VerdictName } from "../analysis/verdict-schema.ts";
import { sightText, span } from "../analysis/words.ts";
import { chartData } from "./chart-data.ts";
import type { ChartData } from "./chart-data.ts";
import { comparison } from "./comparison.ts";
import { costRows, costSources, costText, perNodeText } from "./cost.ts";
import { curve, curveText } from "./curve.ts";
import type { ReportData } from "./data.ts";
import { facts } from "./facts.ts";
import { candidateRows, intervalsText, turnRows } from "./intervals.ts";
import { nodeStates } from "./lanes.ts";
import { settingRows, toolRows } from "./method.ts";
import { outageRows } from "./outages.ts";
import { canaryText, landedText, latencyLimitText, outagesText, scheduleText } from "./summary.ts";
import { turns } from "./turns.ts";
import { revertReasons, revertText, supportText } from "./way-back.ts";

const meanings: Record<VerdictName, string> = {
  SAFE: "No budget was broken, and the measurement was good enough to know.",
  DEGRADED: "Within every budget, but worse than the baseline beyond its own noise.",
  UNSAFE: "Do not upgrade production like this.",
  INCONCLUSIVE: "The measurement cannot tell. Remove what disturbed it and rehearse again.",
};

const lines = [
  ["bad", "interruption, failed requests"],
  ["upgrade", "latency of the upgrade"],
  ["baseline", "of the baseline (p99 solid, p50 dotted, usual p99 dashed)"],
] as const;

/** The moments on the lanes, and the canary's failures: only those that there are. */
function markLegend({ marks, upgrade }: ChartData): (readonly [color: string, sign: string, text: string])[] {
  const kinds = new Set(marks.map(({ kind }) => kind));
  const plain = [
    ...(kinds.has("pod-evicted") ? ["pod evicted"] : []),
    ...(kinds.has("instance-detached") ? ["instance detached from its group"] : []),
  ];
  return [
    ...(plain.length === 0 ? [] : [["ink", "▼", plain.join(", ")] as const]),
    ...(kinds.has("eviction-refused") ? [["bad", "▼", "eviction refused"] as const] : []),
    ...(upgrade.canaryFailed.some(([, failed]) => (failed ?? 0) > 0)
      ? [["inconclusive", "···", "canary failed: the tester's own trouble"] as const]
      : []),
  ];
}

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
  const traded = curve(verdict);
  const rolled = turns(data);
  return new Eta({ autoEscape: true }).renderString(read("report.eta"), {
    verdict,
    config: data.config,
    meaning: meanings[verdict.verdict],
    facts: facts(verdict),
    legend: [
      ...Object.entries(nodeStates).filter(([state]) => chart.bars.some((bar) => bar.state === state)),
      ...lines,
    ],
    marks: markLegend(chart),
    timelineText: `Timeline of the upgrade: ${outagesText(verdict)}; ${landedText(verdict)}.`,
    window: span(series.upgrade.windowMs),
    upgradeStart: new Date(upgradeStartMs).toISOString().slice(0, 19).replace("T", " "),
    comparison: comparison(verdict),
    canary: canaryText(verdict),
    ...outageRows(verdict, upgradeStartMs),
    detection: {
      total: capital(sightText(verdict.detectionLimitMs, verdict.detection.silenceMs)),
      partial: span(verdict.detection.partialMs),
      stall: span(verdict.detection.stallMs),
      latency: latencyLimitText(verdict),
    },
    landed: landedText(verdict),
    schedule: capital(scheduleText(verdict)),
    perNode: perNodeText(verdict),
    fidelity: verdict.fidelity ? fidelityText(verdict.fidelity) : undefined,
    notMirrored: verdict.fidelity?.unwaived ?? [],
    intervals: intervalsText(rolled, verdict),
    turns: turnRows(rolled, verdict),
    candidates: candidateRows(verdict),
    curve: traded.length === 0 ? undefined : curveText(traded),
    wayBack: {
      rehearsed: verdict.revert ? capital(revertText(verdict.revert)) : undefined,
      reasons: verdict.revert ? revertReasons(verdict.revert) : [],
      support: supportText(verdict),
    },
    cost: capital(costText(verdict)),
    costRows: costRows(verdict),
    costSources: costSources(verdict),
    settings: settingRows(data),
    tools: toolRows(data),
    commands: data.commands,
    dryRuns: data.dryRuns,
    css: read("theme.css") + read("report.css"),
    echarts: inScript(readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.min.js"), "utf8")),
    scripts: inScript(read("theme.js") + read("timeline.js") + read("curve.js")),
    chartJson: JSON.stringify({ ...chart, curve: traded }).replaceAll("<", "\\u003c"),
  });
}

const capital = (text: string): string => text.replace(/^[a-z]/, (letter) => letter.toUpperCase());

/** A script that holds the end of a script element would end it. */
const inScript = (code: string): string => code.replaceAll(/<\/(script)/gi, "<\\/$1");
