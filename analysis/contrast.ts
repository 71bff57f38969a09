import { limits } from "./limits.ts";
import { studentQuantile, studentTail } from "./statistics.ts";

/** Stretches that are judged on their own, in windows. */
export const STRETCH_WINDOWS = 30;

/** How far a stretch without any fault differs from what it is held against. */
export interface Noise {
  /** Standard deviation of the logarithm of the factor. */
  readonly spread: number;
  /** How well that is known, as degrees of freedom. */
  readonly freedom: number;
}

/** A stretch of the upgrade beside what it is held against. */
export interface Contrast extends Noise {
  /** The natural logarithm of the factor by which it lies higher. */
  readonly rise: number;
}

/** A way to hold stretches of the upgrade against something. */
export interface Contrasts {
  /** Undefined where there is too little to hold it against. */
  of(fromMs: number, toMs: number): Contrast | undefined;
  /** Of a stretch of {@link STRETCH_WINDOWS} anywhere in the upgrade; undefined for a baseline too short to tell. */
  usual(): Noise | undefined;
}

/** How likely a stretch without any fault is contrasted as much; one comparison. */
export function probabilityOf({ rise, spread, freedom }: Contrast): number {
  return studentTail(rise / spread, freedom);
}

/** The rise that is as unlikely as this, as a logarithm. */
export function leastRise({ spread, freedom }: Noise, significance: number): number {
  return spread * studentQuantile(significance, freedom);
}

/** How far stretches of a short baseline lie apart is known only roughly. */
export function freedomOf(windows: number): number {
  return Math.max(limits.leastFreedom, Math.min(limits.mostFreedom, windows / 10));
}
