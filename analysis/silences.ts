import { limits } from "./limits.ts";
import type { CanaryWatch } from "./canary.ts";
import type { ClusterHabit } from "./outages.ts";
import type { Row } from "./columns.ts";
import type { Visitor } from "./run-view.ts";

/** A stretch in which requests were waiting and none was answered, though they were in the end. */
export interface Silence {
  readonly habit: ClusterHabit;
  /** Of one target only; false: of the whole service. */
  readonly partial: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** For how long nothing was answered; `endMs` is earlier by what an answer takes. */
  readonly lengthMs: number;
  /** Requests of the habit that were due in it, to other targets too. */
  readonly requests: number;
  readonly failed: number;
  readonly late: number;
}

/** What is reported. */
export interface LeastSilence {
  /** Shorter ones are not, in ms. */
  readonly total: number;
  readonly partial: number;
  /**
   * For at least this share of it nothing was answered at all, not even what had been sent before: a service that has
   * become slower answers all the time, each a while after it was asked.
   */
  readonly quietShare: number;
}

/** Requests that were sent so long before a silence are not looked at for answers in it, in ms. */
const REACH_MS = 2_000;

/**
 * Finds silences: a request was sent, and neither it nor any that was due after it was answered for a while. Loss of packets
 * and a service that stands still look like that without a single error: a dropped SYN is answered a second later. As only
 * the first answer of all counts, no outlier can make one, and as requests count from when they were sent here, neither can
 * a load generator that was late. It is dated from the first request of them to the first that was answered as usual. For
 * each habit, and for each of its targets.
 *
 * @param edgeMs slower than this is not as usual, in ms
 * @param canary a silence that the canary shares is the tester's
 * @returns visitors for a scan backwards: of what is judged, and of what is not and tells all the same that something was answered
 */
export function silenceFinder(
  edgeMs: number,
  least: LeastSilence,
  canary: CanaryWatch,
): { visit: Visitor; passBy: Visitor; finish: () => Silence[] } {
  const found: Silence[] = [];
  const report = (silence: Silence, quietMs: number): void => {
    if (quietMs < least.quietShare * silence.lengthMs) return;
    if (canary.clean(silence.startMs, silence.startMs + silence.lengthMs)) found.push(silence);
  };
  const habits = {
    fresh: new Track("fresh", false, least.total, report),
    kept: new Track("kept", false, least.total, report),
  };
  const seen = { fresh: 0, kept: 0 };
  const targets = { fresh: new Map<number, Track>(), kept: new Map<number, Track>() };
  const targetTrack = (habit: ClusterHabit, target: number): Track => {
    const track = targets[habit].get(target) ?? new Track(habit, true, least.partial, report);
    targets[habit].set(target, track);
    return track;
  };
  return {
    visit: (request) => {
      const { habit } = request;
      if (habit === "canary") return;
      seen[habit] += 1;
      habits[habit].see(request, seen[habit], edgeMs);
      // Which target a failed request went to is not known.
      if (request.ok) targetTrack(habit, request.target).see(request, seen[habit], edgeMs);
    },
    passBy: ({ habit, target, ok, dueMs, durationMs }) => {
      if (habit === "canary" || !ok) return;
      for (const track of [habits[habit], targets[habit].get(target)]) {
        track?.close();
        track?.answer(dueMs, dueMs + durationMs);
      }
    },
    finish: () => {
      for (const tracks of [Object.values(habits), targets.fresh.values(), targets.kept.values()])
        for (const track of tracks) track.finish();
      return found;
    },
  };
}

/** Goes through the requests of one habit, or of one target, from the last to the first. */
class Track {
  /** When the first of all later requests was answered. */
  #answeredMs = Infinity;
  /** When the next request was due that was answered as usual. */
  #promptMs = Infinity;
  /** When the first request known to wait for that answer was sent. */
  #startMs = Infinity;
  /** When the last of them was sent. */
  #latestMs = -Infinity;
  /** How many requests of the habit are as late as these two or later. */
  #countAtPrompt = 0;
  #countAtStart = 0;
  #waiting = 0;
  #failed = 0;
  #late = 0;
  /** Silences, and when something that had been sent before was answered in each. */
  #found: { readonly silence: Silence; readonly answersMs: number[] }[] = [];

  constructor(
    private readonly habit: ClusterHabit,
    private readonly partial: boolean,
    private readonly leastMs: number,
    private readonly report: (silence: Silence, quietMs: number) => void,
  ) {}

  see({ dueMs, durationMs, waitedMs, ok }: Readonly<Row>, count: number, edgeMs: number): void {
    const answeredMs = ok ? dueMs + durationMs : Infinity;
    this.answer(dueMs, answeredMs);
    if (answeredMs < this.#answeredMs) {
      // Those that had all been sent by then waited for this answer too: who stood still answers all at nearly one moment.
      if (answeredMs <= this.#latestMs || this.#waiting === 0) this.close();
      this.#answeredMs = answeredMs;
    }
    const sentMs = dueMs + waitedMs;
    const tookMs = durationMs - waitedMs;
    if (sentMs < this.#answeredMs) {
      this.#startMs = Math.min(this.#startMs, sentMs);
      this.#latestMs = Math.max(this.#latestMs, sentMs);
      this.#countAtStart = count;
      this.#waiting += 1;
      if (!ok) this.#failed += 1;
      else if (tookMs > edgeMs) this.#late += 1;
    }
    if (ok && tookMs <= edgeMs) {
      this.#promptMs = dueMs;
      this.#countAtPrompt = count;
    }
  }

  /** Nothing before this waited for the same answer. */
  close(): void {
    const lengthMs = this.#answeredMs - this.#startMs;
    // Without a late answer it is a plain outage, which is known from its failures.
    if (lengthMs < Infinity && lengthMs >= this.leastMs && this.#late > 0 && this.#waiting >= limits.silentRequests) {
      const silence = {
        habit: this.habit,
        partial: this.partial,
        startMs: this.#startMs,
        endMs: Math.max(this.#startMs, Math.min(this.#promptMs, this.#answeredMs)),
        lengthMs,
        requests: Math.max(this.#waiting, this.#countAtStart - this.#countAtPrompt),
        failed: this.#failed,
        late: this.#late,
      };
      this.#found.push({ silence, answersMs: [] });
    }
    this.#startMs = Infinity;
    this.#latestMs = -Infinity;
    this.#waiting = 0;
    this.#failed = 0;
    this.#late = 0;
  }

  finish(): void {
    this.close();
    for (const { silence, answersMs } of this.#found) this.report(silence, quietMs(silence, answersMs));
    this.#found = [];
  }

  /** What was sent before a silence can be answered in it. */
  answer(dueMs: number, answeredMs: number): void {
    if (this.#found.length === 0) return;
    for (const { silence, answersMs } of this.#found)
      if (answeredMs > silence.startMs && answeredMs < silence.startMs + silence.lengthMs) answersMs.push(answeredMs);
    const isOver = ({ silence }: { readonly silence: Silence }): boolean => dueMs < silence.startMs - REACH_MS;
    if (!this.#found.some(isOver)) return;
    for (const { silence, answersMs } of this.#found.filter(isOver)) this.report(silence, quietMs(silence, answersMs));
    this.#found = this.#found.filter((one) => !isOver(one));
  }
}

/** The longest stretch of a silence without any answer. */
function quietMs({ startMs, lengthMs }: Silence, answersMs: readonly number[]): number {
  let [last, longest] = [startMs, 0];
  for (const ms of [...answersMs, startMs + lengthMs].sort((a, b) => a - b)) {
    longest = Math.max(longest, ms - last);
    last = ms;
  }
  return longest;
}
