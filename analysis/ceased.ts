import { emptyRow } from "./columns.ts";
import { firstRowDueAt } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import type { SeenOutage } from "./outages.ts";

/** How far back a target must have answered to count as one that was in service when an interruption began. */
const BEFORE_MS = 10_000;
/** A target that ceased longer ago than this, and than ten of its inter-arrivals, has nothing to do with it. */
const NEAR_MS = 2_000;
/** A target that is merely not drawn for this long would be one chance in a thousand. */
const CHANCE = 0.001;

/** A target whose answers ceased as an interruption began. */
export interface CeasedTarget {
  /** As it names itself in its answers. */
  readonly name: string;
  /** When the last request was due that it answered before it ceased, in ms since the epoch. */
  readonly lastMs: number;
  /** It answered again later: it was cut off, not gone. */
  readonly back: boolean;
}

export type Interruption = Pick<SeenOutage, "habit" | "startMs" | "endMs">;

/**
 * Finds the targets that ceased to answer as an interruption began, over the connections of its habit: those that never
 * answered again, and those that answered none of the requests in it although it would be one chance in a thousand that they
 * were only not drawn. Those that are gone come first, then the one that ceased nearest to the beginning.
 */
export function ceasedTargets(view: RunView): (outage: Interruption) => CeasedTarget[] {
  let lasts: ReadonlyMap<string, number> | undefined;
  return (outage) => {
    // One pass over the whole run, made only when there is an interruption to explain.
    lasts ??= lastAnswers(view);
    const before = new Map<string, number[]>();
    const during = new Set<string>();
    let answers = 0;
    let answersDuring = 0;
    const { columns } = view;
    for (let row = firstRowDueAt(view, outage.startMs - BEFORE_MS); row < columns.length; row++) {
      const dueMs = columns.dueMs(row);
      if (dueMs > outage.endMs) break;
      if (columns.habit(row) !== outage.habit || !columns.ok(row)) continue;
      const name = columns.target(row);
      if (name === "") continue;
      if (dueMs < outage.startMs) {
        answers += 1;
        const times = before.get(name);
        if (times === undefined) before.set(name, [dueMs]);
        else times.push(dueMs);
      } else if (dueMs < outage.endMs) {
        answersDuring += 1;
        during.add(name);
      }
    }
    const ceased: CeasedTarget[] = [];
    for (const [name, times] of before) {
      const last = lasts.get(`${outage.habit} ${name}`) ?? -Infinity;
      const nearMs = Math.max(NEAR_MS, (10 * BEFORE_MS) / times.length);
      const gone = last <= outage.endMs && last >= outage.startMs - nearMs;
      const cutOff = last > outage.endMs && !during.has(name) && (1 - times.length / answers) ** answersDuring < CHANCE;
      if (gone || cutOff) ceased.push({ name, lastMs: gone ? last : times.at(-1)!, back: cutOff });
    }
    const farMs = ({ lastMs }: CeasedTarget): number => Math.abs(lastMs - outage.startMs);
    return ceased.sort((a, b) => Number(a.back) - Number(b.back) || farMs(a) - farMs(b) || (a.name < b.name ? -1 : 1));
  };
}

/** When the last request was due that each target answered, for each habit. */
function lastAnswers({ columns, firstRow }: RunView): Map<string, number> {
  const lasts = new Map<string, number>();
  const seen = { fresh: new Set<number>(), kept: new Set<number>(), canary: new Set<number>() };
  const request = emptyRow();
  // From the end: the first sight of each is its last answer; there are few targets, so looking them up is all it costs.
  for (let row = columns.length - 1; row >= firstRow; row--) {
    columns.read(row, request);
    if (!request.ok || seen[request.habit].has(request.target)) continue;
    seen[request.habit].add(request.target);
    lasts.set(`${request.habit} ${columns.target(row)}`, request.dueMs);
  }
  return lasts;
}
