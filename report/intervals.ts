import { latency, minutesText, number, percent, span } from "../analysis/words.ts";
import type { Verdict } from "../analysis/verdict-schema.ts";
import type { Turn } from "./turns.ts";

/** A node's turn as a row of the report. */
export interface TurnRow {
  readonly node: string;
  readonly part: string;
  readonly length: string;
  readonly drain: string;
  readonly interval: string;
  readonly ready: string;
  readonly added: string;
  readonly interrupted: string;
  readonly failed: string;
  readonly p99: string;
  /** What the interval bought, in words. */
  readonly bought: string;
  readonly bad: boolean;
}

export function turnRows(turns: readonly Turn[], { objectives }: Verdict): TurnRow[] {
  return turns.map((turn) => {
    const longest = Math.max(turn.interruptedMs.drain, turn.interruptedMs.after);
    return {
      node: turn.node,
      part: turn.phase === "control-plane" ? "control plane" : "nodes",
      length: span(turn.lengthMs),
      drain: orDash(turn.drainMs),
      interval: span(turn.intervalMs),
      ready: orDash(turn.readyMs),
      added: orDash(turn.addedMs),
      interrupted: longest === 0 ? "no" : span(longest),
      failed: number(turn.failed),
      p99: `${latency(turn.p99Ms.drain)} / ${latency(turn.p99Ms.after)}`,
      bought: bought(turn),
      bad: longest > objectives.maxOutageMs,
    };
  });
}

function bought(turn: Turn): string {
  if (turn.addedMs === null) return "never terminated";
  if (turn.tooShort) return "too little: it was still interrupted when the turn ended";
  const { drain, after } = turn.interruptedMs;
  if (turn.calmAfterMs !== null) return `calm ${span(turn.calmAfterMs)} after the termination`;
  if (drain > 0) return "nothing: the drain interrupted, not the termination";
  return after === 0 && turn.addedMs === 0 ? "nothing, and cost nothing" : "nothing was interrupted";
}

const orDash = (ms: number | null): string => (ms === null ? "-" : span(ms));

/** What all intervals of the roll came to, and what they come to in production; undefined when no node was replaced. */
export function intervalsText(turns: readonly Turn[], { roll, schedule, intervals }: Verdict): string | undefined {
  const added = turns.flatMap(({ addedMs }) => (addedMs === null ? [] : [addedMs]));
  if (added.length === 0 || roll.seconds === 0) return undefined;
  const sum = added.reduce((a, b) => a + b, 0);
  const share = percent(Math.min(1, sum / 1000 / roll.seconds));
  const calm = turns.filter(({ calmAfterMs }) => calmAfterMs !== null);
  const slowest = Math.max(0, ...calm.map(({ calmAfterMs }) => calmAfterMs ?? 0));
  const gain =
    calm.length === 0
      ? "No interruption reached beyond a termination, so nothing had to be waited for"
      : `After ${calm.length} of ${turns.length} terminations the service was interrupted, for ${span(slowest)} at most`;
  const each = Math.max(...added);
  const production =
    each === 0
      ? ""
      : ` For ${number(schedule.nodes)} nodes in production they add ${minutesText((schedule.nodes * each) / 60_000)} at most.`;
  return `Intervals of ${intervals.controlPlane} and ${intervals.node} added ${span(sum)} to a roll of ${span(roll.seconds * 1000)} (${share}); the rest of them passed while instances booted. ${gain}.${production}`;
}

/** A roll of the search as a row: what gentler pacing cost against the roll before it, and what it bought. */
export interface CandidateRow {
  readonly pacing: string;
  readonly verdict: string;
  readonly interrupted: string;
  readonly failed: string;
  readonly p99: string;
  readonly mirror: string;
  readonly production: string;
  readonly cost: string;
  readonly bought: string;
  readonly chosen: boolean;
}

export function candidateRows({ search }: Verdict): CandidateRow[] {
  const attempts = search?.attempts ?? [];
  return attempts.map((attempt, i) => {
    const before = attempts[i - 1];
    const { intervals, postDrainDelay, maxSurge } = attempt;
    const surge = maxSurge === null ? "" : `, maxSurge ${maxSurge}`;
    return {
      pacing: `${i + 1}. ${intervals.controlPlane} / ${intervals.node}, post-drain delay ${postDrainDelay}${surge}`,
      verdict: attempt.verdict,
      interrupted:
        attempt.interruptions === 0 ? "no" : `${number(attempt.interruptions)}, longest ${span(attempt.longestMs)}`,
      failed: `${number(attempt.failed)} of ${number(attempt.requests)}`,
      p99: latency(attempt.p99Ms),
      mirror: minutesText(attempt.mirrorMinutes),
      production: minutesText(attempt.productionMinutes),
      cost: before === undefined ? "-" : more(attempt.productionMinutes - before.productionMinutes),
      bought: before === undefined ? "-" : change(before, attempt),
      chosen: i === search?.chosen,
    };
  });
}

type Attempt = NonNullable<Verdict["search"]>["attempts"][number];

function change(before: Attempt, now: Attempt): string {
  const parts = [
    ...(before.longestMs === now.longestMs
      ? []
      : [`longest interruption ${longestText(before.longestMs)} → ${longestText(now.longestMs)}`]),
    ...(before.p99Ms === null || now.p99Ms === null || latency(before.p99Ms) === latency(now.p99Ms)
      ? []
      : [`p99 ${latency(before.p99Ms)} → ${latency(now.p99Ms)} ms`]),
    ...(before.failed === now.failed ? [] : [`failed ${number(before.failed)} → ${number(now.failed)}`]),
  ];
  return parts.length === 0 ? "nothing" : parts.join("; ");
}

const longestText = (ms: number): string => (ms === 0 ? "none" : span(ms));
const more = (minutes: number): string => `${minutes < 0 ? "-" : "+"}${minutesText(Math.abs(minutes))}`;
