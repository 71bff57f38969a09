import { STRETCH_WINDOWS, freedomOf } from "./contrast.ts";
import type { Contrast, Contrasts, Noise } from "./contrast.ts";
import { Series, clipOf } from "./series.ts";
import type { Point } from "./series.ts";

/**
 * How far a stretch of the upgrade lies above all of the baseline, beside how far stretches of the baseline do for no reason.
 * Every stretch of the baseline is looked at in the same way, so that it shows by itself how alike neighbouring windows are.
 */
export class LevelContrasts implements Contrasts {
  readonly #upgrade: Series;
  readonly #windowMs: number;
  readonly #unseen: number;
  readonly #widened: number;
  readonly #mean: number;
  readonly #baseline: Series;
  readonly #spreads = new Map<number, number>();

  /**
   * @param unseen what a baseline does not show of the spread, see `limits.unseenSpread`
   * @param widened the spread between the baseline and what comes minutes later is so many times what the baseline shows
   */
  constructor(
    baseline: readonly Point[],
    upgrade: readonly Point[],
    { windowMs, unseen, widened }: { windowMs: number; unseen: number; widened: number },
  ) {
    const clip = clipOf(baseline);
    this.#windowMs = windowMs;
    this.#unseen = unseen;
    this.#widened = widened;
    this.#baseline = new Series(baseline, clip);
    this.#upgrade = new Series(upgrade, clip);
    this.#mean = this.#baseline.mean(-Infinity, Infinity);
  }

  of(fromMs: number, toMs: number): Contrast | undefined {
    const mean = this.#upgrade.mean(fromMs, toMs);
    if (Number.isNaN(mean)) return undefined;
    const noise = this.#noise(Math.min(STRETCH_WINDOWS, this.#upgrade.within(fromMs, toMs).count));
    return noise === undefined ? undefined : { rise: mean - this.#mean, ...noise };
  }

  usual(): Noise | undefined {
    return this.#noise(STRETCH_WINDOWS);
  }

  #noise(windows: number): Noise | undefined {
    const shown = this.#shown(windows);
    if (Number.isNaN(shown)) return undefined;
    return { spread: this.#widened * Math.hypot(shown, this.#unseen), freedom: freedomOf(this.#baseline.length) };
  }

  /** Root mean square over every stretch of the baseline; NaN without any. */
  #shown(windows: number): number {
    const longest = Math.max(5, Math.min(windows, Math.floor(this.#baseline.length / 2)));
    let shown = this.#spreads.get(longest);
    if (shown !== undefined) return shown;
    let [squares, stretches] = [0, 0];
    for (let i = 0; i + longest <= this.#baseline.length; i++) {
      const fromMs = this.#baseline.startMs(i);
      squares += (this.#baseline.mean(fromMs, fromMs + longest * this.#windowMs) - this.#mean) ** 2;
      stretches += 1;
    }
    shown = Math.sqrt(squares / stretches);
    this.#spreads.set(longest, shown);
    return shown;
  }
}
