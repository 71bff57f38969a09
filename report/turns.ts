import type { RehearsalEvent } from "../analysis/events.ts";
import { median } from "../analysis/statistics.ts";
import { eventMs, nodeOf, nodeSteps } from "../analysis/steps.ts";
import type { NodeStep } from "../analysis/steps.ts";
import { latency, number, span } from "../analysis/words.ts";
import type { ReportData } from "./data.ts";

/** A node's turn as a row of the report: what the interval bought. */
export interface TurnRow {
  readonly node: string;
  readonly part: string;
  readonly length: string;
  readonly drain: string;
  readonly interval: string;
  /** The longest interruption that began in the turn. */
  readonly interrupted: string;
  readonly failed: string;
  readonly p99: string;
  readonly bad: boolean;
}

export function turnRows({ events, verdict, series }: ReportData): TurnRow[] {
  const { startMs, windowMs, failed, p99Ms } = series.upgrade;
  return nodeSteps(events).map((step) => {
    const inTurn = (_: unknown, i: number): boolean => {
      const at = startMs + i * windowMs;
      return at + windowMs > step.startMs && at < step.endMs;
    };
    const longest = verdict.outages
      .filter((outage) => within(Date.parse(outage.start), step))
      .reduce((most, outage) => Math.max(most, outage.durationMs), 0);
    const failures = failed.filter(inTurn).reduce((sum, n) => sum + n, 0);
    const percentiles = p99Ms.filter(inTurn).filter((value) => value !== null);
    const drainMs = drainOf(events, step);
    return {
      node: step.node,
      part: step.phase === "control-plane" ? "control plane" : "nodes",
      length: span(step.endMs - step.startMs),
      drain: drainMs === null ? "-" : span(drainMs),
      interval: step.phase === "control-plane" ? verdict.intervals.controlPlane : verdict.intervals.node,
      interrupted: longest === 0 ? "no" : span(longest),
      failed: number(failures),
      p99: percentiles.length === 0 ? "-" : `${latency(median(percentiles))} ms`,
      bad: longest > verdict.objectives.maxOutageMs,
    };
  });
}

const within = (ms: number, step: NodeStep): boolean => ms >= step.startMs && ms < step.endMs;

/** From cordoned (or drain begun) to drained; `null` when it was never drained. */
function drainOf(events: readonly RehearsalEvent[], step: NodeStep): number | null {
  const done = events.find((event) => event.kind === "node-drained" && nodeOf(event) === step.node);
  return done === undefined ? null : Math.max(0, eventMs(done) - step.drainMs);
}
