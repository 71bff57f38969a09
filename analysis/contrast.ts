import { limits } from "./limits.ts";
import { Series, clipOf } from "./series.ts";
import type { Point } from "./series.ts";
import { studentQuantile, studentTail } from "./statistics.ts";

/** Stretches that are judged on their own, in windows. */
export const STRETCH_WINDOWS = 30;
/** What a stretch is held against on either side, and what is left out between, as a rise need not begin with a window. */
const AROUND_WINDOWS = 30;
const GAP_WINDOWS = 2;
/** A stretch with fewer windows than this on one of its sides has a beginning or an end only. */
const SIDE_WINDOWS = AROUND_WINDOWS / 2;

/** What a stretch of the upgrade is held against: all of the baseline, or the half minutes before and after it. */
export type Against = "baseline" | "surroundings";

export interface Contrast {
  /** The natural logarithm of the factor by which it lies higher. */
  readonly rise: number;
  /** Standard deviation of what stretches without any fault differ by. */
  readonly spread: number;
}

/** How a contrast is made. */
export interface ContrastOptions {
  readonly against: Against;
  readonly windowMs: number;
  /** What a baseline does not show of the spread, see `limits.unseenSpread`. */
  readonly unseen: number;
  /** The spread between the baseline and what comes minutes later is so many times what the baseline shows. */
  readonly widened: number;
}

/**
 * How far a stretch of the upgrade lies above what it is held against, beside how far stretches of the baseline do for no
 * reason. Every stretch of the baseline is looked at in the same way, so that it shows by itself how alike neighbouring
 * windows are.
 */
export class Contrasts {
  readonly #upgrade: Series;
  readonly #options: ContrastOptions;
  readonly #baselineMean: number;
  readonly #baseline: Series;
  readonly #spreads = new Map<string, number>();

  constructor(baseline: readonly Point[], upgrade: readonly Point[], options: ContrastOptions) {
    const clip = clipOf(baseline);
    this.#options = options;
    this.#baseline = new Series(baseline, clip);
    this.#upgrade = new Series(upgrade, clip);
    this.#baselineMean = this.#baseline.mean(-Infinity, Infinity);
  }

  /** How far stretches of a short baseline lie apart is known only roughly. */
  get freedom(): number {
    return Math.max(limits.leastFreedom, Math.min(limits.mostFreedom, this.#baseline.length / 10));
  }

  /** Undefined where there is too little to hold it against. */
  of(fromMs: number, toMs: number): Contrast | undefined {
    const seen = this.#rise(this.#upgrade, fromMs, toMs);
    if (seen === undefined) return undefined;
    const { count } = this.#upgrade.within(fromMs, toMs);
    const spread = this.spread(Math.min(STRETCH_WINDOWS, count), seen.twoSided);
    return spread === undefined ? undefined : { rise: seen.rise, spread };
  }

  /** How likely a stretch without any fault is contrasted as much; one comparison. */
  p({ rise, spread }: Contrast): number {
    return studentTail(rise / spread, this.freedom);
  }

  /** The contrast that is as unlikely as this, as a logarithm. */
  least(spread: number, significance: number): number {
    return spread * studentQuantile(significance, this.freedom);
  }

  /** Standard deviation of what stretches of so many windows differ by; undefined for a baseline too short to tell. */
  spread(windows: number, twoSided: boolean): number | undefined {
    const { against, unseen, widened } = this.#options;
    const both = this.#shown(windows, true);
    const shown = twoSided ? both : Math.max(both, this.#shown(windows, false));
    if (Number.isNaN(shown)) return undefined;
    return widened * Math.hypot(against === "surroundings" ? this.#moderated(shown, windows) : shown, unseen);
  }

  /**
   * What the baseline's stretches show, taken together with what is usual for seconds that differ as much as its own do: a
   * baseline of some minutes has few stretches, and happens to be calm (Smyth, 2004). Not where all of the baseline is what
   * it is held against: the seconds say little of how a level wanders over minutes.
   */
  #moderated(shown: number, windows: number): number {
    const { usualInflation, usualInflationFreedom } = limits;
    const usual = usualInflation * this.#baseline.variance * (1 / windows + 1 / (2 * AROUND_WINDOWS));
    return Math.sqrt(
      (this.freedom * shown ** 2 + usualInflationFreedom * usual) / (this.freedom + usualInflationFreedom),
    );
  }

  /** Root mean square over every stretch of the baseline; NaN without any. */
  #shown(windows: number, twoSided: boolean): number {
    const longest = Math.max(5, Math.min(windows, Math.floor(this.#baseline.length / 2)));
    const key = `${longest} ${twoSided}`;
    let shown = this.#spreads.get(key);
    if (shown !== undefined) return shown;
    let [squares, stretches] = [0, 0];
    for (let i = 0; i + longest <= this.#baseline.length; i++) {
      const fromMs = this.#baseline.startMs(i);
      const seen = this.#rise(this.#baseline, fromMs, fromMs + longest * this.#options.windowMs);
      if (seen?.twoSided !== twoSided) continue;
      squares += seen.rise ** 2;
      stretches += 1;
    }
    shown = Math.sqrt(squares / stretches);
    this.#spreads.set(key, shown);
    return shown;
  }

  #rise(series: Series, fromMs: number, toMs: number): { rise: number; twoSided: boolean } | undefined {
    const { against, windowMs } = this.#options;
    const mean = series.mean(fromMs, toMs);
    if (Number.isNaN(mean)) return undefined;
    if (against === "baseline") return { rise: mean - this.#baselineMean, twoSided: true };
    const [gapMs, aroundMs] = [GAP_WINDOWS * windowMs, AROUND_WINDOWS * windowMs];
    const before = series.within(fromMs - gapMs - aroundMs, fromMs - gapMs);
    const after = series.within(toMs + gapMs, toMs + gapMs + aroundMs);
    const count = before.count + after.count;
    if (count < AROUND_WINDOWS) return undefined;
    const twoSided = Math.min(before.count, after.count) >= SIDE_WINDOWS;
    return { rise: mean - (before.sum + after.sum) / count, twoSided };
  }
}
