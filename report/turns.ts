import { durationMs } from "../analysis/duration.ts";
import type { RehearsalEvent } from "../analysis/events.ts";
import { median } from "../analysis/statistics.ts";
import { eventMs, isRoll, nodeOf, nodeSteps } from "../analysis/steps.ts";
import type { NodeStep } from "../analysis/steps.ts";
import type { Verdict } from "../analysis/verdict-schema.ts";
import type { ReportData } from "./data.ts";

/** A node's turn: what its interval cost in time, and what it bought in peace. Times in ms. */
export interface Turn {
  readonly node: string;
  readonly phase: NodeStep["phase"];
  readonly lengthMs: number;
  /** From cordoned to terminated; null when it was never terminated. */
  readonly drainMs: number | null;
  /** The pause that kops was told to make after the termination. */
  readonly intervalMs: number;
  /** From the termination to the last node that became ready in the turn; null when none did. */
  readonly readyMs: number | null;
  /**
   * What the interval added to the roll: kops would have waited for new nodes anyway, so only what goes beyond the last one
   * to become ready. Null when the instance was never terminated.
   */
  readonly addedMs: number | null;
  /** Longest interruption that began before the termination, and after it; 0 for none. */
  readonly interruptedMs: { readonly drain: number; readonly after: number };
  /** From the termination to the end of the last interruption that reached beyond it; null for none. */
  readonly calmAfterMs: number | null;
  /** An interruption was still going on when the turn ended. */
  readonly tooShort: boolean;
  readonly failed: number;
  /** Medians over windows of p99, in ms; null without an answered request. */
  readonly p99Ms: { readonly drain: number | null; readonly after: number | null };
}

/** The turns of a roll in their order. */
export function turns({ events, verdict, series }: ReportData): Turn[] {
  return nodeSteps(events).map((step) => {
    const terminatedMs = terminated(events, step);
    const parting = terminatedMs ?? step.endMs;
    const intervalMs = durationMs(
      step.phase === "control-plane" ? verdict.intervals.controlPlane : verdict.intervals.node,
    );
    const readyMs = terminatedMs === null ? null : lastReady(events, terminatedMs, step.endMs);
    const { upgrade } = series;
    const p99 = (from: number, to: number): number | null => {
      const values = begunIn(upgrade.p99Ms, upgrade, from, to).filter((value) => value !== null);
      return values.length === 0 ? null : median(values);
    };
    return {
      node: step.node,
      phase: step.phase,
      lengthMs: step.endMs - step.startMs,
      drainMs: terminatedMs === null ? null : terminatedMs - step.drainMs,
      intervalMs,
      readyMs,
      addedMs:
        terminatedMs === null
          ? null
          : Math.max(0, Math.min(intervalMs, step.endMs - terminatedMs) - Math.max(0, readyMs ?? 0)),
      ...peace(verdict, step, parting),
      failed: begunIn(upgrade.failed, upgrade, step.startMs, step.endMs).reduce((sum, n) => sum + n, 0),
      p99Ms: { drain: p99(step.startMs, parting), after: p99(parting, step.endMs) },
    };
  });
}

function peace(
  { outages }: Verdict,
  step: NodeStep,
  parting: number,
): Pick<Turn, "interruptedMs" | "calmAfterMs" | "tooShort"> {
  const spans = outages
    .filter((outage) => outage.evident)
    .map(({ start, durationMs: length }) => ({ from: Date.parse(start), length }));
  const begun = (from: number, to: number): number =>
    spans.reduce((most, one) => (one.from >= from && one.from < to ? Math.max(most, one.length) : most), 0);
  const ends = spans
    .filter(({ from, length }) => from >= step.startMs && from < step.endMs && from + length > parting)
    .map(({ from, length }) => from + length);
  const last = ends.length === 0 ? null : Math.max(...ends);
  return {
    interruptedMs: { drain: begun(step.startMs, parting), after: begun(parting, step.endMs) },
    calmAfterMs: last === null ? null : last - parting,
    tooShort: last !== null && last >= step.endMs,
  };
}

/** When kops terminated the node's instance. */
function terminated(events: readonly RehearsalEvent[], step: NodeStep): number | null {
  const found = events.find(
    (event) => event.kind === "instance-terminating" && isRoll(event) && nodeOf(event) === step.node,
  );
  return found === undefined ? null : eventMs(found);
}

function lastReady(events: readonly RehearsalEvent[], fromMs: number, toMs: number): number | null {
  const times = events
    .filter((event) => event.kind === "node-ready" && isRoll(event))
    .map(eventMs)
    .filter((ms) => ms > fromMs && ms <= toMs);
  return times.length === 0 ? null : Math.max(...times) - fromMs;
}

/** The values of the windows that begin in a stretch, so that each counts for one turn. */
function begunIn<T>(
  values: readonly T[],
  run: { readonly startMs: number; readonly windowMs: number },
  fromMs: number,
  toMs: number,
): T[] {
  return values.filter((_, i) => {
    const at = run.startMs + i * run.windowMs;
    return at >= fromMs && at < toMs;
  });
}
