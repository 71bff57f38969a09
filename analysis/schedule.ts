import { durationMs } from "./duration.ts";
import type { RehearsalEvent } from "./events.ts";
import { extrapolate, turnSeconds } from "./extrapolate.ts";
import { median } from "./statistics.ts";
import { nodeSteps } from "./steps.ts";
import { bootSeconds, turnParts } from "./turn-parts.ts";
import type { TurnParts } from "./turn-parts.ts";
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
 *
 * `expected` is what the measured turns add up to over all nodes, with the range that holds 95 of 100 repetitions; `null`
 * where fewer than three turns were measured.
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
  const perNode = measuredTurns(input.events);
  return {
    nodes: input.nodes,
    minutes: minutes(floor),
    low: minutes(Math.max(floor, input.nodes * quickest)),
    high: minutes(Math.max(floor, input.nodes * slowest)),
    expected: expectedMinutes(perNode.turns, input.nodes, input.intervals.node, 1),
    perNode,
  };
}

/** kops waits this long between two validations that pass (`ValidateSuccessDuration`). */
const revalidationSeconds = 10;

/**
 * What the turns of one rehearsal come to for so many nodes, with the interval that is planned now.
 *
 * @param interval as kops takes it
 * @param validateCount validations that must pass after each node
 */
export function expectedMinutes(
  turns: readonly TurnParts[],
  nodes: number,
  interval: string,
  validateCount: number,
): { minutes: number; low: number; high: number } | null {
  const intervalSeconds = durationMs(interval) / 1000;
  const validation = (Math.max(validateCount, 1) - 1) * revalidationSeconds;
  const total = extrapolate(
    turns.map((turn) => turnSeconds(turn, intervalSeconds, validation)),
    nodes,
  );
  if (total === null) return null;
  const [low, expected, high] = [total.low, total.expected, total.high].map((seconds) => minutes(seconds * 1000));
  return { minutes: expected!, low: low!, high: high! };
}

/** The turns of nodes that are not of the control plane, or of those while there are no others; and how long boots took. */
function measuredTurns(events: readonly RehearsalEvent[]): NonNullable<Verdict["schedule"]["perNode"]> {
  const all = turnParts(events);
  const workers = all.filter(({ phase }) => phase === "nodes");
  const boots = bootSeconds(events);
  return {
    turns: (workers.length > 0 ? workers : all).map(({ node, phase, drain, replace }) => ({
      node,
      phase,
      drain: seconds(drain),
      replace: seconds(replace),
    })),
    bootSeconds:
      boots.length === 0
        ? null
        : { low: seconds(Math.min(...boots)), median: seconds(median(boots)), high: seconds(Math.max(...boots)) },
  };
}

const minutes = (ms: number): number => Number((ms / 60_000).toFixed(1));
const seconds = (value: number): number => Number(value.toFixed(1));
