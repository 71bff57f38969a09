import { durationMs } from "./duration.ts";
import type { RehearsalEvent } from "./events.ts";
import { nodeSteps } from "./steps.ts";
import type { Verdict } from "./verdict-schema.ts";

export interface ScheduleInput {
  /** Nodes of production that are replaced one after the other. */
  readonly nodes: number;
  /** As kops was given them. */
  readonly intervals: { readonly controlPlane: string; readonly node: string; readonly validationTimeout: string };
  readonly events: readonly RehearsalEvent[];
}

/**
 * Minutes to schedule for production.
 *
 * `minutes` is the floor that the article gives: nodes x interval. kops also drains, boots and validates, so `low` and
 * `high` are nodes x the quickest and nodes x the slowest turn that a node took in the rehearsal (turns include the
 * interval), never below the floor. The wait for a surge instance, once for each group, is in `high` only: production's
 * groups are larger than the mirror's. Control-plane nodes count only while no other node was replaced, for they are drained
 * and terminated in place. Where no node was replaced, `high` is each node waiting for the whole validation time-out.
 */
export function forecast(input: ScheduleInput): Verdict["schedule"] {
  const intervalMs = durationMs(input.intervals.node);
  const floor = input.nodes * intervalMs;
  const all = nodeSteps(input.events);
  const workers = all.filter((step) => step.phase === "nodes");
  const turns = workers.length > 0 ? workers : all;
  const slowest =
    turns.length > 0
      ? Math.max(...turns.map((step) => step.endMs - step.startMs))
      : intervalMs + durationMs(input.intervals.validationTimeout);
  const quickest = turns.length > 0 ? Math.min(...turns.map((step) => step.endMs - step.drainMs)) : intervalMs;
  return {
    nodes: input.nodes,
    minutes: minutes(floor),
    low: minutes(Math.max(floor, input.nodes * quickest)),
    high: minutes(Math.max(floor, input.nodes * slowest)),
  };
}

const minutes = (ms: number): number => Number((ms / 60_000).toFixed(1));
