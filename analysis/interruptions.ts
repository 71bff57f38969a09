import { limits } from "./limits.ts";
import { byStart, evidenceOf, outageFinder } from "./outages.ts";
import type { BadnessRule, ClusterHabit, SeenOutage } from "./outages.ts";
import type { Row } from "./columns.ts";
import { scan, scanBackwards } from "./run-view.ts";
import type { RunView, Visitor } from "./run-view.ts";
import { silenceFinder } from "./silences.ts";
import type { LeastSilence, Silence } from "./silences.ts";
import { wilson95 } from "./statistics.ts";

/** An interruption: of failures and stalls, of silence, or of both. */
export interface Interruption extends SeenOutage {
  /** More than the baseline's failures, or silences, explain. */
  readonly evident: boolean;
}

/** Counts how many requests of each habit are bad. */
export function usualRatios(stallMs: number): { visit: Visitor; finish: () => BadnessRule["usualRatio"] } {
  const all = { fresh: 0, kept: 0 };
  const bad = { fresh: 0, kept: 0 };
  const ratio = (habit: ClusterHabit) => ({
    seen: all[habit] === 0 ? 0 : bad[habit] / all[habit],
    most: wilson95(bad[habit], all[habit])[1],
  });
  return {
    visit: ({ habit, ok, durationMs }: Readonly<Row>) => {
      if (habit === "canary") return;
      all[habit] += 1;
      if (!ok || durationMs > stallMs) bad[habit] += 1;
    },
    finish: () => ({ fresh: ratio("fresh"), kept: ratio("kept") }),
  };
}

/** What counts as an interruption of this run. */
export interface InterruptionRule extends BadnessRule {
  readonly silence: LeastSilence;
}

/** Silences of the baseline that are shorter than what is reported, or none at all, and yet say what is usual. */
const usualSilence: LeastSilence = { total: limits.silenceMs / 2, partial: limits.partialSilenceMs / 2, quietShare: 0 };

/** The shortest silences that a baseline does not explain. */
export function leastSilence(baseline: RunView, edgeMs: number): LeastSilence {
  const finder = silenceFinder(edgeMs, usualSilence, baseline.canary);
  scanBackwards(baseline, finder.visit, finder.passBy);
  const longest = (partial: boolean): number =>
    Math.max(0, ...finder.finish().flatMap((silence) => (silence.partial === partial ? silence.lengthMs : [])));
  return {
    total: Math.max(limits.silenceMs, limits.beyondBaseline * longest(false)),
    partial: Math.max(limits.partialSilenceMs, limits.beyondBaseline * longest(true)),
    quietShare: limits.quietShare,
  };
}

/** Finds the interruptions of a run; `visitors` are shown its requests in the same pass. */
export function findInterruptions(
  view: RunView,
  rule: InterruptionRule,
  visitors: readonly Visitor[] = [],
): Interruption[] {
  const outages = outageFinder(rule);
  const requests = { fresh: 0, kept: 0 };
  const counter: Visitor = ({ habit }) => {
    if (habit !== "canary") requests[habit] += 1;
  };
  scan(view, [outages.visit, counter, ...visitors]);
  const silences = silenceFinder(rule.edgeMs, rule.silence, view.canary);
  scanBackwards(view, silences.visit, silences.passBy);
  const plain = outages
    .finish(view.toMs)
    .map((outage) => ({ ...outage, evident: outage.evidence >= evidenceNeeded(requests[outage.habit]) }));
  return joined([...plain, ...silences.finish().map(ofSilence)]);
}

/**
 * A run of `requests` without any fault reaches the evidence e somewhere with a probability of at most requests x 0.1 x exp(-e):
 * Wald's inequality for each of its requests that fails. So one sound run in a hundred has a false alarm at most, if failures
 * come one by one.
 */
const evidenceNeeded = (requests: number): number => Math.log(Math.max(1, requests) * 0.1 * 100);

/** One of three targets fails. */
const PARTIAL_SHARE = 1 / 3;
/** Both habits miss a partial interruption once in a thousand. */
const MISSED = Math.sqrt(0.001);
const MOST_REQUESTS = 10_000;

/**
 * How many requests of a habit in a row must meet an interruption for it to be evident: all failing; and one of three.
 *
 * @param most share of bad requests that the baseline may have
 * @param requests of the habit in the upgrade
 */
export function requestsToSee(most: number, requests: number): { readonly total: number; readonly partial: number } {
  const { up, down } = evidenceOf(most);
  const needed = evidenceNeeded(requests);
  const isSeen = (n: number): boolean => {
    const bad = Math.ceil((needed - n * down) / (up - down));
    return bad <= n && fewerThan(bad, n, PARTIAL_SHARE) <= MISSED;
  };
  let partial = 1;
  while (partial < MOST_REQUESTS && !isSeen(partial)) partial += partial < 200 ? 1 : 100;
  return { total: Math.ceil(needed / up), partial };
}

/** How likely fewer than `k` of `n` draws are hits (binomial). */
function fewerThan(k: number, n: number, share: number): number {
  let log = n * Math.log1p(-share);
  let sum = 0;
  for (let hits = 0; hits < k; hits++) {
    sum += Math.exp(log);
    log += Math.log((n - hits) / (hits + 1)) + Math.log(share / (1 - share));
  }
  return sum;
}

function ofSilence(silence: Silence): Interruption {
  return {
    habit: silence.habit,
    startMs: silence.startMs,
    endMs: silence.endMs,
    requests: silence.requests,
    failed: silence.failed,
    stalled: silence.late,
    outcome: silence.failed > silence.late ? "unknown" : "stall",
    total: !silence.partial,
    evidence: Infinity,
    evident: true,
  };
}

/** Those of the same habit that overlap are one, as long as both together. */
function joined(all: readonly Interruption[]): Interruption[] {
  const result: Interruption[] = [];
  for (const habit of ["fresh", "kept"] as const) {
    let last: Interruption | undefined;
    for (const next of all.filter((one) => one.habit === habit).sort(byLength)) {
      if (last !== undefined && next.startMs < last.endMs) {
        last = join(last, next);
        result[result.length - 1] = last;
      } else result.push((last = next));
    }
  }
  return result.sort(byStart);
}

const byLength = (a: Interruption, b: Interruption): number => a.startMs - b.startMs || b.endMs - a.endMs;

/** A total one in which each target was silent, too, is no partial one. */
const TOTAL_SHARE = 0.8;

function join(a: Interruption, b: Interruption): Interruption {
  const failing = a.failed >= b.failed ? a : b;
  const [startMs, endMs] = [Math.min(a.startMs, b.startMs), Math.max(a.endMs, b.endMs)];
  const isMost = (one: Interruption): boolean => one.endMs - one.startMs >= TOTAL_SHARE * (endMs - startMs);
  return {
    ...failing,
    startMs,
    endMs,
    requests: Math.max(a.requests, b.requests),
    stalled: Math.max(a.stalled, b.stalled),
    total: (a.total && b.total) || [a, b].some((one) => one.total && isMost(one)),
    evidence: Math.max(a.evidence, b.evidence),
    evident: a.evident || b.evident,
  };
}
