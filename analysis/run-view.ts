import { collect, emptyRow } from "./columns.ts";
import type { Columns, Row } from "./columns.ts";
import { canaryCollector, watchCanary } from "./canary.ts";
import type { CanaryWatch } from "./canary.ts";
import { lowerBound } from "./lower-bound.ts";
import type { LoadRun } from "./load-run.ts";
import type { ClusterHabit } from "./outages.ts";
import { spacingMeter } from "./spacing.ts";
import type { Spacing } from "./spacing.ts";

/** A run without its warm-up, in the order in which its requests were due, and what its canary says about it. */
export interface RunView {
  readonly run: LoadRun;
  /** In order of due time. */
  readonly columns: Columns;
  /** The first row after the warm-up. */
  readonly firstRow: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly canary: CanaryWatch;
  /** Of all requests, those of excluded windows too: they were sent all the same. */
  readonly spacing: Readonly<Record<ClusterHabit, Spacing>>;
}

/** @param canaryStallMs a canary request slower than this is bad; `null` to derive it from this run's own canary */
export function viewRun(run: LoadRun, warmupMs: number, canaryStallMs: number | null): RunView {
  const columns = collect(run.samples).sort();
  const fromMs = run.startMs + warmupMs;
  const firstRow = firstRowDueAt({ columns, firstRow: 0 }, fromMs);
  const lastMs = firstRow < columns.length ? columns.dueMs(columns.length - 1) : fromMs;
  const toMs = Math.max(run.endMs, lastMs, fromMs + 1);
  const canaries = canaryCollector();
  const spacing = spacingMeter(fromMs);
  forEachRow(columns, firstRow, "forwards", [canaries.visit, spacing.visit]);
  const canary = watchCanary(canaries.canaries, fromMs, toMs, canaryStallMs);
  return { run, columns, firstRow, fromMs, toMs, canary, spacing: spacing.finish(run.endMs) };
}

/** Sees each request in turn, in an object that is used again for the next one. */
export type Visitor = (request: Readonly<Row>) => void;

/** Shows all visitors each request that is judged, the canary's too: none of an excluded window. One pass serves all. */
export function scan(view: RunView, visitors: readonly Visitor[]): void {
  const { excluded } = view.canary;
  const judged: Visitor = (request) => {
    if (excluded(request.dueMs)) return;
    for (const visit of visitors) visit(request);
  };
  forEachRow(view.columns, view.firstRow, "forwards", [judged]);
}

/** The same from the last to the first; `passBy` is shown those that are not judged: the warm-up's and of excluded windows. */
export function scanBackwards(view: RunView, visit: Visitor, passBy: Visitor): void {
  const { excluded } = view.canary;
  const either: Visitor = (request) =>
    (request.dueMs < view.fromMs || excluded(request.dueMs) ? passBy : visit)(request);
  forEachRow(view.columns, 0, "backwards", [either]);
}

type Direction = "forwards" | "backwards";

function forEachRow(columns: Columns, firstRow: number, direction: Direction, visitors: readonly Visitor[]): void {
  const request = emptyRow();
  const step = direction === "forwards" ? 1 : -1;
  const first = step === 1 ? firstRow : columns.length - 1;
  const end = step === 1 ? columns.length : firstRow - 1;
  for (let row = first; row !== end; row += step) {
    columns.read(row, request);
    for (const visit of visitors) visit(request);
  }
}

/** The first row that was due then or later. */
export function firstRowDueAt({ columns, firstRow }: Pick<RunView, "columns" | "firstRow">, ms: number): number {
  return lowerBound(firstRow, columns.length, (row) => columns.dueMs(row) < ms);
}
