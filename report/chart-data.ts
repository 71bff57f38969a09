import type { NodeState } from "./lanes.ts";
import { nodeLanes, nodeStates } from "./lanes.ts";
import type { ReportData } from "./data.ts";
import type { RunSeries } from "./series.ts";

/** A point of a line: ms from the start of its run, and a value. */
type Point = readonly [number, number | null];

/** What `templates/timeline.js` draws. All times are ms from when the load of the run in question started. */
export interface ChartData {
  readonly endMs: number;
  /** What is not judged at the start of each run. */
  readonly warmupMs: number;
  /** Median over the baseline's windows; null without one. */
  readonly usualP99Ms: number | null;
  readonly states: Readonly<Record<NodeState, string>>;
  /** Names of the nodes, and which of them are of the control plane. */
  readonly lanes: readonly string[];
  readonly controlPlane: readonly boolean[];
  readonly bars: readonly { lane: number; state: NodeState; from: number; to: number; message: string }[];
  readonly marks: readonly { lane: number; at: number; kind: string; message: string }[];
  readonly outages: readonly (readonly [number, number])[];
  readonly baseline: RunLines;
  readonly upgrade: RunLines;
}

interface RunLines {
  /** A second, whatever the window's length. */
  readonly failed: readonly Point[];
  readonly canaryFailed: readonly Point[];
  readonly p50: readonly Point[];
  readonly p99: readonly Point[];
}

/** More bands than this cover the chart. */
const MOST_BANDS = 200;

export function chartData({ series, events, verdict, config }: ReportData): ChartData {
  const { baseline, upgrade } = series;
  const from = upgrade.startMs;
  const endMs = Math.max(lengthOf(baseline), lengthOf(upgrade));
  const lanes = nodeLanes(events, from, from + endMs);
  return {
    endMs,
    warmupMs: Math.min(endMs, config.load.warmupSeconds * 1000),
    usualP99Ms: verdict.latency.p99?.baselineMs ?? null,
    states: nodeStates,
    lanes: lanes.map((lane) => lane.node),
    controlPlane: lanes.map((lane) => lane.controlPlane),
    bars: lanes.flatMap((lane, index) =>
      lane.bars.map(({ state, startMs, endMs: barEnd, message }) => ({
        lane: index,
        state,
        from: startMs - from,
        to: barEnd - from,
        message,
      })),
    ),
    // Refused evictions are drawn last, over those that came through.
    marks: lanes
      .flatMap((lane, index) =>
        lane.marks.map(({ timeMs, kind, message }) => ({ lane: index, at: timeMs - from, kind, message })),
      )
      .sort((a, b) => Number(a.kind === "eviction-refused") - Number(b.kind === "eviction-refused")),
    outages: verdict.outages
      .filter((outage) => outage.evident)
      .sort((a, b) => b.durationMs - a.durationMs)
      .slice(0, MOST_BANDS)
      .map((outage) => {
        const start = Date.parse(outage.start) - from;
        return [start, Math.round(start + outage.durationMs)] as const;
      }),
    baseline: linesOf(baseline),
    upgrade: linesOf(upgrade),
  };
}

const lengthOf = (run: RunSeries): number => run.requests.length * run.windowMs;

function linesOf(run: RunSeries): RunLines {
  const at = (i: number): number => i * run.windowMs;
  const perSecond = (values: readonly number[]): Point[] =>
    values.map((value, i) => [at(i), Number(((value * 1000) / run.windowMs).toFixed(2))]);
  // A percentile stands for its whole window: it is drawn in the middle. The axis is logarithmic, so nothing is 0.
  const plain = (values: readonly (number | null)[]): Point[] =>
    values.map((value, i) => [at(i) + run.windowMs / 2, value === null ? null : Math.max(0.1, value)]);
  return {
    failed: perSecond(run.failed),
    canaryFailed: perSecond(run.canaryFailed),
    p50: plain(run.p50Ms),
    p99: plain(run.p99Ms),
  };
}
