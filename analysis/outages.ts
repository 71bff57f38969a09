import type { Outcome } from "./sample.ts";
import type { Visitor } from "./run-view.ts";
import type { Row } from "./columns.ts";

/** The connection habits of requests to the cluster. */
export type ClusterHabit = "fresh" | "kept";

/** When a request counts as bad, and how often it does when nothing is upgraded. */
export interface BadnessRule {
  /** Answered later than this is as bad as not at all, in ms. */
  readonly stallMs: number;
  /** Next to a bad request, answers slower than this belong to the same interruption, in ms. */
  readonly edgeMs: number;
  /** Share of bad requests of the baseline, for each habit: what was seen, and the most that it may be. */
  readonly usualRatio: Readonly<Record<ClusterHabit, { readonly seen: number; readonly most: number }>>;
}

/** An interruption as the samples show it. */
export interface SeenOutage {
  readonly habit: ClusterHabit;
  readonly startMs: number;
  readonly endMs: number;
  readonly requests: number;
  readonly failed: number;
  readonly stalled: number;
  /** How most of the bad ones ended. */
  readonly outcome: Outcome | "stall";
  readonly total: boolean;
  /** How much better its bad requests are explained by an interruption than by the baseline's: a log-likelihood ratio. */
  readonly evidence: number;
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
 * One failure more never shortens or loses an interruption, nor takes evidence from it.
 */
export function outageFinder(rule: BadnessRule): { visit: Visitor; finish: (endMs: number) => SeenOutage[] } {
  const found: SeenOutage[] = [];
  const report = (outage: SeenOutage): void => void found.push(outage);
  const fresh = new Tracker("fresh", rule, report);
  const kept = new Tracker("kept", rule, report);
  return {
    visit: (request) => {
      if (request.habit === "fresh") fresh.see(request);
      else if (request.habit === "kept") kept.see(request);
    },
    finish: (endMs) => {
      fresh.close(endMs);
      kept.close(endMs);
      return found.sort(byStart);
    },
  };
}

/**
 * What a bad request adds to the evidence for an interruption, and what a good one does: against the most that the baseline's
 * ratio may be, for a tenth of the requests failing.
 */
export function evidenceOf(most: number): { readonly up: number; readonly down: number } {
  const atMost = Math.min(0.2, Math.max(1e-6, most));
  const failing = Math.max(0.1, Math.min(0.5, 4 * atMost));
  return { up: Math.log(failing / atMost), down: Math.log((1 - failing) / (1 - atMost)) };
}

export const byStart = (a: SeenOutage, b: SeenOutage): number =>
  a.startMs - b.startMs || (a.habit < b.habit ? -1 : a.habit > b.habit ? 1 : 0);

type Bad = Outcome | "stall";

interface Excursion {
  startMs: number;
  score: number;
  evidence: number;
  mostEvidence: number;
  requests: number;
  good: number;
  bad: Map<Bad, number>;
  /** As things stood when the first good request after the last bad one was due; null until then. */
  seen: SeenOutage | null;
}

class Tracker {
  readonly #habit: ClusterHabit;
  readonly #rule: BadnessRule;
  readonly #up: number;
  readonly #down: number;
  readonly #evidenceUp: number;
  readonly #evidenceDown: number;
  readonly #report: (outage: SeenOutage) => void;
  #current: Excursion | null = null;
  #slowSinceMs: number | null = null;

  constructor(habit: ClusterHabit, rule: BadnessRule, report: (outage: SeenOutage) => void) {
    const { seen, most } = rule.usualRatio[habit];
    const usual = Math.min(0.2, Math.max(0.001, seen));
    const raised = Math.max(0.2, Math.min(0.5, 4 * usual));
    this.#habit = habit;
    this.#rule = rule;
    this.#up = Math.log(raised / usual);
    this.#down = Math.log((1 - raised) / (1 - usual));
    const { up, down } = evidenceOf(most);
    this.#evidenceUp = up;
    this.#evidenceDown = down;
    this.#report = report;
  }

  see({ dueMs, durationMs, ok, outcome }: Readonly<Row>): void {
    const slow = durationMs > this.#rule.edgeMs;
    if (ok && durationMs <= this.#rule.stallMs) {
      if (this.#current !== null) this.#seeGood(this.#current, dueMs, slow);
      if (!slow) this.#slowSinceMs = null;
      else this.#slowSinceMs ??= dueMs;
    } else {
      this.#seeBad(dueMs, ok ? "stall" : outcome);
      this.#slowSinceMs ??= dueMs;
    }
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
      evidence: 0,
      mostEvidence: 0,
      requests: 0,
      good: 0,
      bad: new Map<Bad, number>(),
      seen: null,
    });
    current.requests += 1;
    current.bad.set(bad, (current.bad.get(bad) ?? 0) + 1);
    current.score = Math.min(CEILING, current.score + this.#up);
    current.evidence += this.#evidenceUp;
    current.mostEvidence = Math.max(current.mostEvidence, current.evidence);
    current.seen = null;
  }

  #seeGood(current: Excursion, dueMs: number, slow: boolean): void {
    // A slow answer right after the last bad one is still the same interruption ebbing away.
    if (!slow) current.seen ??= this.#snapshot(current, dueMs);
    current.requests += 1;
    if (!slow) current.good += 1;
    current.score += this.#down;
    current.evidence += this.#evidenceDown;
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
      evidence: current.mostEvidence,
    };
  }
}
