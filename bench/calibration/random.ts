import { random } from "../../analysis/random.ts";

/** Draws that are the same for the same seed. */
export class Random {
  /** From 0 up to, not including, 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = random(seed);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Even on a logarithmic scale: as often from 1 to 10 as from 10 to 100. */
  logBetween(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }

  /** Of mean 0 and variance 1. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Of mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  /** A whole number to seed another stream with. */
  seed(): number {
    return Math.floor(this.next() * 4294967296);
  }
}
