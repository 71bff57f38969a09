import { STRETCH_WINDOWS, leastRise, probabilityOf } from "./contrast.ts";
import type { Contrasts } from "./contrast.ts";
import { EdgeContrasts } from "./edge-contrasts.ts";
import { LevelContrasts } from "./level-contrasts.ts";
import { limits } from "./limits.ts";
import { lowerBound } from "./lower-bound.ts";
import { Reference } from "./reference.ts";
import type { LatencyShift } from "./verdict-schema.ts";
import type { LatencyWindows, Window } from "./windows.ts";

/** So many standard deviations below what is found lie 19 rises of 20 that are larger by as many. */
const SURELY = 1.645;

/** A stretch of the upgrade; times in ms since the epoch. */
export interface Part {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One way to compare a percentile. */
export interface Channel {
  readonly percentile: LatencyShift["percentile"];
  readonly against: LatencyShift["against"];
  /** What is compared of a window; it grows by the same factor as the percentile. */
  readonly figure: (window: Window) => number;
  readonly widened: number;
}

/**
 * Both runs compared in one way. A rise is real if it is significant by ranks (van der Waerden's test against the baseline's
 * windows; not where it is held against what surrounds it) and by its size beside what parts of the baseline differ by, if
 * that holds once twice the canary's own is taken off, and if it is worth a word.
 */
export class Comparison {
  readonly #channel: Channel;
  readonly #usual: Reference;
  readonly #canary: Reference;
  readonly #canaryMeanLog: number;
  readonly #reference: Reference | undefined;
  readonly #contrasts: Contrasts;
  readonly #upgrade: LatencyWindows;
  readonly #comparisons: number;
  /** Sums of the scores of the windows before each. */
  readonly #scores: Float64Array;

  constructor(channel: Channel, baseline: LatencyWindows, upgrade: LatencyWindows, comparisons: number) {
    const { percentile, against, figure, widened } = channel;
    const of = (windows: readonly Window[]): number[] => windows.map((window) => window[percentile]);
    const points = (windows: readonly Window[]) =>
      windows.map((window) => ({ startMs: window.startMs, value: figure(window) }));
    this.#channel = channel;
    this.#upgrade = upgrade;
    this.#comparisons = comparisons;
    this.#usual = new Reference(of(baseline.cluster));
    this.#canary = new Reference(of(baseline.canary));
    this.#canaryMeanLog = meanLog(of(baseline.canary));
    this.#reference = against === "surroundings" ? undefined : new Reference(baseline.cluster.map(figure));
    const [before, during] = [points(baseline.cluster), points(upgrade.cluster)];
    const { windowMs } = upgrade;
    this.#contrasts =
      against === "surroundings"
        ? new EdgeContrasts(before, during, { windowMs, unseen: limits.unseenSpreadAround })
        : new LevelContrasts(before, during, { windowMs, unseen: limits.unseenSpread[percentile], widened });
    this.#scores = new Float64Array(upgrade.cluster.length + 1);
    upgrade.cluster.forEach((window, i) => {
      this.#scores[i + 1] = this.#scores[i]! + (this.#reference?.score(figure(window)) ?? 0);
    });
  }

  /** Corrected for the number of comparisons; 1 for a part with too few windows. */
  p({ fromMs, toMs }: Part): number {
    const [from, to] = between(this.#upgrade.cluster, fromMs, toMs);
    const contrast = this.#contrasts.of(fromMs, toMs);
    if (contrast === undefined || to - from < limits.minWindows || this.#usual.length < limits.minWindows) return 1;
    const meanScore = (this.#scores[to]! - this.#scores[from]!) / (to - from);
    const byRanks = this.#reference?.p(meanScore, to - from) ?? 0;
    return Math.min(1, this.#comparisons * Math.max(byRanks, probabilityOf(contrast)));
  }

  /** Null where there is too little to compare. */
  shift(part: Part): LatencyShift | null {
    const { percentile, against } = this.#channel;
    const during = this.#values(this.#upgrade.cluster, part);
    const contrast = this.#contrasts.of(part.fromMs, part.toMs);
    if (contrast === undefined || during.length < limits.minWindows || this.#usual.length < limits.minWindows)
      return null;
    const p = this.p(part);
    const canaryShiftMs = this.#canaryShift(part);
    const leastMs = Math.max(this.#noticeableMs, this.#inMs(leastRise(contrast, this.#significance)));
    const riseMs = this.#inMs(contrast.rise) - limits.canaryFactor * canaryShiftMs;
    const shiftMs = this.#usual.shift(during);
    // What only stands out of seconds that are quicker than the baseline is nobody's loss.
    const felt = against !== "surroundings" || shiftMs > this.#noticeableMs / 2;
    const real = felt && p < limits.latencySignificance && riseMs > leastMs;
    return {
      percentile,
      against,
      baselineMs: round(this.#usual.median),
      shiftMs: round(shiftMs),
      canaryShiftMs: round(canaryShiftMs),
      noiseMs: round(this.#inMs(contrast.spread)),
      p: Number(p.toPrecision(3)),
      windows: { baseline: this.#usual.length, upgrade: during.length },
      real,
      where: part.label,
    };
  }

  /** The rise for half a minute that is found 19 times of 20, in ms; undefined when none is. */
  detectable(): number | undefined {
    if (this.#usual.length < limits.minWindows) return undefined;
    const noise = this.#contrasts.usual();
    const byRanks = this.#reference?.detectable(STRETCH_WINDOWS, this.#significance) ?? 1;
    if (noise === undefined || byRanks === Infinity) return undefined;
    const noticeable = Math.log1p(this.#noticeableMs / this.#usual.median);
    const least = Math.max(noticeable, leastRise(noise, this.#significance)) + SURELY * noise.spread;
    return this.#inMs(Math.max(Math.log(byRanks), least));
  }

  get #significance(): number {
    return limits.latencySignificance / this.#comparisons;
  }

  /** A rise that is worth a word. */
  get #noticeableMs(): number {
    return Math.max(limits.noticeableMs, (limits.noticeablePercent * this.#usual.median) / 100);
  }

  /** What the logarithm of a factor makes of the baseline's. */
  #inMs(rise: number): number {
    return this.#usual.median * Math.expm1(rise);
  }

  /** What the canary's windows rose by, if they did beyond chance; in ms. */
  #canaryShift(part: Part): number {
    const during = this.#values(this.#upgrade.canary, part);
    if (this.#canary.length < limits.minWindows || during.length < limits.minWindows) return 0;
    const meanScore = during.reduce((sum, value) => sum + this.#canary.score(value), 0) / during.length;
    if (this.#canary.p(meanScore, during.length) > limits.canarySignificance) return 0;
    // Where only some of its windows are higher, the usual difference would not show it.
    const factor = Math.exp(meanLog(during) - this.#canaryMeanLog);
    return Math.max(0, this.#canary.shift(during), this.#canary.median * (factor - 1));
  }

  #values(windows: readonly Window[], { fromMs, toMs }: Part): number[] {
    const [from, to] = between(windows, fromMs, toMs);
    return windows.slice(from, to).map((window) => window[this.#channel.percentile]);
  }
}

/** The windows that begin within a stretch: from the first index up to, not including, the second. */
function between(windows: readonly Window[], fromMs: number, toMs: number): [number, number] {
  const first = (ms: number): number => lowerBound(0, windows.length, (i) => windows[i]!.startMs < ms);
  return [first(fromMs), first(toMs)];
}

const meanLog = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.log(Math.max(1e-3, value)), 0) / values.length;

const round = (ms: number): number => Number(ms.toFixed(3));
