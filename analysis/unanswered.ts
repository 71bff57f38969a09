import type { ClusterHabit, SeenOutage } from "./outages.ts";
import { emptyRow } from "./columns.ts";
import { firstRowDueAt } from "./run-view.ts";
import type { RunView } from "./run-view.ts";

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
 * An answer is dated in the middle of the time that it usually takes: half the usual latency before it came, so that answers
 * which were held up date the end of the stretch by when they came; and at the beginning, half of it after its request, so
 * that one which was on its way and came through does not date it late. The usual distance between two requests is taken
 * off: without any stretch, that is what lies between two answers.
 *
 * @param usualMs the usual latency: the baseline's median
 */
export function unansweredIn(
  view: RunView,
  habits: ReadonlySet<ClusterHabit>,
  outage: Pick<SeenOutage, "startMs" | "endMs">,
  usualMs: number,
): Unanswered {
  const answers = answersAround(view, habits, outage, usualMs);
  let found = { startMs: outage.startMs, endMs: outage.startMs };
  let startMs = -Infinity;
  let longest = 0;
  for (let i = 0; i + 1 < answers.length; i++) {
    startMs = Math.max(startMs, answers[i]!.afterRequestMs);
    const endMs = answers[i + 1]!.beforeAnswerMs;
    const apart = endMs - answers[i]!.beforeAnswerMs;
    if (apart <= longest) continue;
    longest = apart;
    found = { startMs, endMs };
  }
  const perMs = [...habits].reduce((sum, habit) => sum + 1 / view.spacing[habit].medianMs, 0);
  return { ...found, lengthMs: Math.max(0, found.endMs - found.startMs - 1 / perMs) };
}

interface Answer {
  readonly afterRequestMs: number;
  readonly beforeAnswerMs: number;
}

/** In the order in which they came, about. */
function answersAround(
  view: RunView,
  habits: ReadonlySet<ClusterHabit>,
  { startMs, endMs }: Pick<SeenOutage, "startMs" | "endMs">,
  usualMs: number,
): Answer[] {
  const { columns } = view;
  const row = emptyRow();
  const answers: Answer[] = [];
  for (let at = firstRowDueAt(view, startMs - REACH_MS); at < columns.length; at++) {
    columns.read(at, row);
    const sentMs = row.dueMs + row.waitedMs;
    if (row.dueMs > endMs + AROUND_MS) break;
    if (!row.ok || row.habit === "canary" || !habits.has(row.habit)) continue;
    const tookMs = row.durationMs - row.waitedMs;
    const half = Math.min(tookMs, usualMs) / 2;
    const beforeAnswerMs = sentMs + tookMs - half;
    if (beforeAnswerMs < startMs - AROUND_MS || beforeAnswerMs > endMs + AROUND_MS) continue;
    answers.push({ afterRequestMs: sentMs + half, beforeAnswerMs });
  }
  // Where the run begins or ends with it, there is no answer on that side.
  const edges = [startMs, endMs].map((ms) => ({ afterRequestMs: ms, beforeAnswerMs: ms }));
  answers.sort((a, b) => a.beforeAnswerMs - b.beforeAnswerMs);
  if ((answers[0]?.beforeAnswerMs ?? Infinity) > startMs) answers.unshift(edges[0]!);
  if ((answers.at(-1)?.beforeAnswerMs ?? -Infinity) < endMs) answers.push(edges[1]!);
  return answers;
}
