import { STRETCH_WINDOWS, freedomOf } from "./contrast.ts";
import type { Contrast, Contrasts, Noise } from "./contrast.ts";
import { Series, clipOf } from "./series.ts";
import type { Point } from "./series.ts";

/** A baseline with fewer windows does not tell how alike neighbours are, and what is new in them. */
const LEAST_WINDOWS = 2 * STRETCH_WINDOWS;
/** A level that never forgets has no noise. */
const MOST_MEMORY = 0.98;
/** Spread of windows that are all but the same, as a logarithm. */
const LEAST_SPREAD = 1e-3;

/** What is new in a window, beside what the one before it foretold. */
interface News {
  readonly value: number;
  /** How much of a constant level is new in it. */
  readonly constant: number;
  /** How much of the window before is left in it. */
  readonly kept: number;
  /** One over its variance. */
  readonly weight: number;
}

/**
 * How far a stretch of the upgrade lies above what the windows around it foretell. Neighbouring windows are alike, so that
 * each foretells the next one but for what is new in it (an autoregression of first order with Burg's coefficient, from the
 * baseline). A rise for a while is new where it begins and where it ends, and a little all the while: the sum of these, each
 * weighted by how much it tells, is the estimate of least variance (generalised least squares), and its variance follows from
 * that of single windows, of which a baseline has hundreds where it has ten half minutes. So the slow wandering of a level
 * hides little.
 */
export class EdgeContrasts implements Contrasts {
  readonly #upgrade: Series;
  readonly #unseen: number;
  readonly #windowMs: number;
  readonly #memory: number;
  readonly #variance: number;
  readonly #freedom: number;
  readonly #news: readonly News[];
  /** Of the constant's part in all windows. */
  readonly #constant: number;

  /** @param unseen what a baseline does not show of the spread, see `limits.unseenSpreadAround` */
  constructor(
    baseline: readonly Point[],
    upgrade: readonly Point[],
    { windowMs, unseen }: { windowMs: number; unseen: number },
  ) {
    const clip = clipOf(baseline);
    const before = new Series(baseline, clip);
    const usual = before.mean(-Infinity, Infinity);
    this.#upgrade = new Series(upgrade, clip);
    this.#windowMs = windowMs;
    this.#unseen = unseen;
    this.#memory = memoryOf(before, usual, windowMs);
    this.#variance = this.#varianceOf(before, usual);
    this.#freedom = freedomOf(before.length);
    const news = this.#newsOf(this.#upgrade, usual);
    const sum = (part: (of: News) => number): number => news.reduce((total, of) => total + of.weight * part(of), 0);
    this.#constant = sum(({ constant }) => constant ** 2);
    // The upgrade's own level is none of a stretch's doing.
    const level = sum(({ constant, value }) => constant * value) / this.#constant;
    this.#news = news.map((of) => ({ ...of, value: of.value - level * of.constant }));
  }

  of(fromMs: number, toMs: number): Contrast | undefined {
    const [from, to] = [this.#upgrade.firstFrom(fromMs), this.#upgrade.firstFrom(toMs)];
    let [strength, shared, seen] = [0, 0, 0];
    for (let i = from; i <= to && i < this.#news.length; i++) {
      const { value, constant, kept, weight } = this.#news[i]!;
      const rise = (i < to ? 1 : 0) - (i > from ? kept : 0);
      strength += weight * rise ** 2;
      shared += weight * rise * constant;
      seen += weight * rise * value;
    }
    const told = strength - shared ** 2 / this.#constant;
    // A stretch that is all there is has no surroundings.
    if (!(told > strength / 10)) return undefined;
    return { rise: seen / told, ...this.#noise(told) };
  }

  usual(): Noise | undefined {
    const memory = this.#memory;
    const told = (1 + (STRETCH_WINDOWS - 1) * (1 - memory) ** 2 + memory ** 2) / (this.#variance * (1 - memory ** 2));
    return told > 0 ? this.#noise(told) : undefined;
  }

  #noise(told: number): Noise {
    return { spread: Math.hypot(1 / Math.sqrt(told), this.#unseen), freedom: this.#freedom };
  }

  /** Of single windows about their level, by what is new in each; NaN for a baseline too short to tell. */
  #varianceOf(baseline: Series, usual: number): number {
    if (baseline.length < LEAST_WINDOWS) return NaN;
    const news = this.#newsOf(baseline, usual, 1).slice(1);
    return Math.max(
      LEAST_SPREAD ** 2,
      news.reduce((sum, { value, weight }) => sum + weight * value ** 2, 0) / news.length,
    );
  }

  /** Windows that are missing let the level forget in between. */
  #newsOf(series: Series, usual: number, variance = this.#variance): News[] {
    return Array.from({ length: series.length }, (_, i) => {
      const value = series.value(i) - usual;
      if (i === 0) return { value, constant: 1, kept: 0, weight: 1 / variance };
      const apart = Math.round((series.startMs(i) - series.startMs(i - 1)) / this.#windowMs);
      const kept = this.#memory ** apart;
      const weight = 1 / (variance * (1 - kept ** 2));
      return { value: value - kept * (series.value(i - 1) - usual), constant: 1 - kept, kept, weight };
    });
  }
}

/** Burg's coefficient: what one window has in common with the next. */
function memoryOf(series: Series, usual: number, windowMs: number): number {
  let [products, squares] = [0, 0];
  for (let i = 1; i < series.length; i++) {
    if (Math.round((series.startMs(i) - series.startMs(i - 1)) / windowMs) !== 1) continue;
    const [one, next] = [series.value(i - 1) - usual, series.value(i) - usual];
    products += 2 * one * next;
    squares += one ** 2 + next ** 2;
  }
  return squares === 0 ? 0 : Math.max(0, Math.min(MOST_MEMORY, products / squares));
}
