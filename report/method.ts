import { minutesText, number, percent, span } from "../analysis/words.ts";
import type { ReportData } from "./data.ts";

/** A name and a value. */
export type Pair = readonly [string, string];

/** The settings that decide what a rehearsal shows. */
export function settingRows({ config, verdict }: ReportData): Pair[] {
  const { load, intervals } = config;
  const { objectives } = verdict;
  const sent =
    load.requests === undefined
      ? `${number(load.rate)} requests/s at fixed times (open model), ${number(load.durationSeconds)} s for the baseline`
      : `${number(load.requests)} requests, ${load.concurrency} at a time (as ab -n ${load.requests} -c ${load.concurrency})`;
  return [
    ["Target", config.targetUrl],
    ["Load", `${sent}; half over new connections, half over kept-alive ones`],
    ["Not judged", `the first ${load.warmupSeconds} s of each run`],
    [
      "Order",
      config.order === "staged"
        ? "staged: control plane, nodes, prune"
        : "legacy: one update that ignores the version skew of kubelets, one roll",
    ],
    [
      "Pacing",
      `intervals ${verdict.intervals.controlPlane} (control plane) and ${verdict.intervals.node} (nodes), post-drain delay ${intervals.postDrainDelay}, ${intervals.validateCount} validations in a row`,
    ],
    [
      "Limits",
      `drain ${intervals.drainTimeout}, validation ${intervals.validationTimeout}, whole roll ${minutesText(config.rollTimeoutMinutes)}`,
    ],
    [
      "Budgets",
      `interruption ${span(objectives.maxOutageMs)}, failed requests ${percent(objectives.maxErrorRatio)}, rise of p99 ${span(objectives.maxP99IncreaseMs)} and ${number(objectives.maxP99IncreasePercent)} %`,
    ],
    ["Channel", config.channel],
  ];
}

/** The versions of all tools, by name. */
export function toolRows({ toolVersions }: ReportData): Pair[] {
  return Object.entries(toolVersions).sort(([a], [b]) => (a < b ? -1 : 1));
}
