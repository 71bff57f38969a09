import type { Habit, Outcome } from "./sample.ts";
import { forEachJudged } from "./run-view.ts";
import type { RunView } from "./run-view.ts";

/** When a request counts as bad, and how often it does when nothing is upgraded. */
export interface BadnessRule {
  /** Answered later than this is as bad as not at all, in ms. */
  readonly stallMs: number;
  /** Next to a bad request, answers slower than this belong to the same interruption, in ms. */
  readonly edgeMs: number;
  /** Share of bad requests of the baseline, for each habit. */
  readonly usualRatio: Readonly<Record<"fresh" | "kept", number>>;
}

/** An interruption as the samples show it. */
export interface SeenOutage {
  readonly habit: Habit;
  readonly startMs: number;
  readonly endMs: number;
  readonly requests: number;
  readonly failed: number;
  readonly stalled: number;
  /** How most of the bad ones ended. */
  readonly outcome: Outcome | "stall";
  readonly total: boolean;
}

/** Where the CUSUM stops rising: an interruption is over after some 36 good requests, however long it was. */
const CEILING = 8;

/**
 * Finds the interruptions of each habit, total and partial ones alike, with a CUSUM: each bad request raises a score by the
 * log-likelihood ratio of "a fifth of the requests fail" against "as many fail as in the baseline", each good one lowers
 * it, never below zero. An interruption is one excursion above zero: it starts when its first bad request was due
 * and ends when the first good one after its last bad one was due. So an isolated failure is an interruption of one
 * inter-arrival, flapping within 24 to 36 requests is one interruption, one target of three
 * failing is one interruption, and with a baseline that fails often more failures are needed to join up.
 *
 * One failure more never shortens or loses an interruption.
 */
export function findOutages(view: RunView, rule: BadnessRule): SeenOutage[] {
  const found: SeenOutage[] = [];
  const trackers = new Map<Habit, Tracker>();
  for (const habit of ["fresh", "kept"] as const)
    trackers.set(habit, new Tracker(habit, rule.usualRatio[habit], (outage) => found.push(outage)));
  forEachJudged(view, (row, dueMs) => {
    const { columns } = view;
    const durationMs = columns.durationMs(row);
    const outcome = columns.outcome(row);
    const bad = outcome !== "ok" ? outcome : durationMs > rule.stallMs ? "stall" : null;
    trackers.get(columns.habit(row))?.see(dueMs, bad, durationMs > rule.edgeMs);
  });
  for (const tracker of trackers.values()) tracker.close(view.toMs);
  return found.sort((a, b) => a.startMs - b.startMs || (a.habit < b.habit ? -1 : 1));
}

type Bad = Outcome | "stall";

interface Excursion {
  startMs: number;
  score: number;
  requests: number;
  good: number;
  bad: Map<Bad, number>;
  /** As things stood when the first good request after the last bad one was due; null until then. */
  seen: SeenOutage | null;
}

class Tracker {
  readonly #habit: Habit;
  readonly #up: number;
  readonly #down: number;
  readonly #report: (outage: SeenOutage) => void;
  #current: Excursion | null = null;
  #slowSinceMs: number | null = null;

  constructor(habit: Habit, usualRatio: number, report: (outage: SeenOutage) => void) {
    const usual = Math.min(0.2, Math.max(0.001, usualRatio));
    const raised = Math.max(0.2, Math.min(0.5, 4 * usual));
    this.#habit = habit;
    this.#up = Math.log(raised / usual);
    this.#down = Math.log((1 - raised) / (1 - usual));
    this.#report = report;
  }

  see(dueMs: number, bad: Bad | null, slow: boolean): void {
    if (bad !== null) this.#seeBad(dueMs, bad);
    else this.#seeGood(dueMs, slow);
    if (bad === null && !slow) this.#slowSinceMs = null;
    else this.#slowSinceMs ??= dueMs;
  }

  close(endMs: number): void {
    const current = this.#current;
    if (current === null) return;
    this.#report(current.seen ?? this.#snapshot(current, endMs));
    this.#current = null;
  }

  #seeBad(dueMs: number, bad: Bad): void {
    const current = (this.#current ??= {
      startMs: this.#slowSinceMs ?? dueMs,
      score: 0,
      requests: 0,
      good: 0,
      bad: new Map<Bad, number>(),
      seen: null,
    });
    current.requests += 1;
    current.bad.set(bad, (current.bad.get(bad) ?? 0) + 1);
    current.score = Math.min(CEILING, current.score + this.#up);
    current.seen = null;
  }

  #seeGood(dueMs: number, slow: boolean): void {
    const current = this.#current;
    if (current === null) return;
    // A slow answer right after the last bad one is still the same interruption ebbing away.
    if (!slow) current.seen ??= this.#snapshot(current, dueMs);
    current.requests += 1;
    if (!slow) current.good += 1;
    current.score += this.#down;
    if (current.score <= 0 && current.seen !== null) this.close(dueMs);
  }

  #snapshot(current: Excursion, endMs: number): SeenOutage {
    let failed = 0;
    let worst: Bad = "stall";
    let most = 0;
    for (const [bad, count] of [...current.bad].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (bad !== "stall") failed += count;
      if (count > most) [worst, most] = [bad, count];
    }
    return {
      habit: this.#habit,
      startMs: current.startMs,
      endMs,
      requests: current.requests,
      failed,
      stalled: current.bad.get("stall") ?? 0,
      outcome: worst,
      total: current.good === 0,
    };
  }
}

/** Share of bad requests for each habit; 0 for a habit without requests. */
export function usualRatios(view: RunView, stallMs: number): Record<"fresh" | "kept", number> {
  const all = { fresh: 0, kept: 0 };
  const bad = { fresh: 0, kept: 0 };
  forEachJudged(view, (row) => {
    const habit = view.columns.habit(row);
    if (habit === "canary") return;
    all[habit] += 1;
    if (!view.columns.ok(row) || view.columns.durationMs(row) > stallMs) bad[habit] += 1;
  });
  const ratio = (habit: "fresh" | "kept"): number => (all[habit] === 0 ? 0 : bad[habit] / all[habit]);
  return { fresh: ratio("fresh"), kept: ratio("kept") };
}
