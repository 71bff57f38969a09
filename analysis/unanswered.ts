import type { ClusterHabit, SeenOutage } from "./outages.ts";
import { emptyRow } from "./columns.ts";
import { firstRowDueAt } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import { endOf, startOf } from "./stretch-edges.ts";
import type { Around, Trip } from "./stretch-edges.ts";

/** Requests that were due so long before an interruption may have been answered in it. */
const REACH_MS = 2_000;
/** How far around an interruption it is looked for, in ms. */
const AROUND_MS = 1_000;

/** The longest stretch of an interruption in which nothing was answered. */
export interface Unanswered {
  readonly startMs: number;
  readonly endMs: number;
  readonly lengthMs: number;
}

/**
 * Finds the longest stretch around an interruption in which the service answered nothing over the habits given: how long an
 * outage was total, whatever failed before and after it one by one, and whether requests failed in it or came late.
 *
 * It is found by when requests were answered, each in the middle of the time that it usually takes, and then dated by what is
 * known of the requests on both sides of each of its edges.
 *
 * @param usualMs the usual latency: the baseline's median
 */
export function unansweredIn(
  view: RunView,
  habits: ReadonlySet<ClusterHabit>,
  outage: Pick<SeenOutage, "startMs" | "endMs">,
  usualMs: number,
): Unanswered {
  const trips = tripsAround(view, habits, outage);
  const perMs = [...habits].reduce((sum, habit) => sum + 1 / view.spacing[habit].medianMs, 0);
  const all = trips
    .filter(({ ok }) => ok)
    .map((trip) => ({ ...trip, atMs: trip.endMs - Math.min(trip.endMs - trip.sentMs, usualMs) / 2 }))
    .sort((a, b) => a.atMs - b.atMs);
  const answered = notOvertaken(all, usualMs).filter(
    ({ atMs }) => atMs >= outage.startMs - AROUND_MS && atMs <= outage.endMs + AROUND_MS,
  );
  const edge = (ms: number) => ({ atMs: ms, sentMs: ms, endMs: ms, ok: true });
  // Where the run begins or ends with it, there is no answer on that side.
  if ((answered[0]?.atMs ?? Infinity) > outage.startMs) answered.unshift(edge(outage.startMs));
  if ((answered.at(-1)?.atMs ?? -Infinity) < outage.endMs) answered.push(edge(outage.endMs));

  let longest = 0;
  for (let i = 1; i + 1 < answered.length; i++) if (gapAfter(answered, i) > gapAfter(answered, longest)) longest = i;
  const around: Around = {
    before: answered.slice(0, longest + 1),
    // Those that were held up for seconds, too.
    after: [answered[longest + 1]!, ...all.filter(({ atMs }) => atMs > answered[longest + 1]!.atMs)],
    failed: trips.filter(({ ok }) => !ok),
    usualMs,
    spacingMs: 1 / perMs,
  };
  const startMs = startOf(around);
  const endMs = Math.max(startMs, endOf(around));
  return { startMs, endMs, lengthMs: endMs - startMs };
}

/** A straggler, that later requests were answered before, says nothing of whether anything is answered when it comes. */
function notOvertaken<T extends Trip>(answered: readonly T[], usualMs: number): T[] {
  let lastSentMs = -Infinity;
  return answered.filter(({ sentMs, endMs }) => {
    const overtaken = sentMs < lastSentMs && endMs - sentMs > 3 * usualMs;
    lastSentMs = Math.max(lastSentMs, sentMs);
    return !overtaken;
  });
}

const gapAfter = (answered: readonly { readonly atMs: number }[], i: number): number =>
  answered[i + 1]!.atMs - answered[i]!.atMs;

function tripsAround(
  view: RunView,
  habits: ReadonlySet<ClusterHabit>,
  { startMs, endMs }: Pick<SeenOutage, "startMs" | "endMs">,
): Trip[] {
  const { columns } = view;
  const row = emptyRow();
  const trips: Trip[] = [];
  for (let at = firstRowDueAt(view, startMs - REACH_MS); at < columns.length; at++) {
    columns.read(at, row);
    if (row.dueMs > endMs + AROUND_MS) break;
    if (row.habit === "canary" || !habits.has(row.habit)) continue;
    const sentMs = row.dueMs + row.waitedMs;
    trips.push({ sentMs, endMs: row.dueMs + row.durationMs, ok: row.ok });
  }
  return trips;
}
