import { collect } from "./columns.ts";
import type { Columns } from "./columns.ts";
import { watchCanary } from "./canary.ts";
import type { CanaryWatch } from "./canary.ts";
import type { LoadRun } from "./load-run.ts";

/** A run without its warm-up, in the order in which its requests were due, and what its canary says about it. */
export interface RunView {
  readonly run: LoadRun;
  readonly columns: Columns;
  /** Rows of `columns`, the canary's too, from the end of the warm-up on. */
  readonly rows: Uint32Array;
  readonly fromMs: number;
  readonly toMs: number;
  readonly canary: CanaryWatch;
}

/** @param canaryStallMs a canary request slower than this is bad; `null` to derive it from this run's own canary */
export function viewRun(run: LoadRun, warmupMs: number, canaryStallMs: number | null): RunView {
  const columns = collect(run.samples);
  const order = columns.order();
  const fromMs = run.startMs + warmupMs;
  const rows = order.subarray(firstDueAt(columns, order, fromMs));
  const lastMs = rows.length > 0 ? columns.dueMs(rows[rows.length - 1]!) : fromMs;
  const toMs = Math.max(run.endMs, lastMs, fromMs + 1);
  return { run, columns, rows, fromMs, toMs, canary: watchCanary(columns, rows, fromMs, toMs, canaryStallMs) };
}

/** Calls `visit` for each request to the cluster that is judged: not the canary's, not in an excluded window. */
export function forEachJudged(view: RunView, visit: (row: number, dueMs: number) => void): void {
  const { columns, rows, canary } = view;
  for (const row of rows) {
    if (columns.habit(row) === "canary") continue;
    const dueMs = columns.dueMs(row);
    if (!canary.excluded(dueMs)) visit(row, dueMs);
  }
}

function firstDueAt(columns: Columns, order: Uint32Array, ms: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (columns.dueMs(order[middle]!) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
