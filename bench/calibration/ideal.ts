import { upperTail } from "../../analysis/statistics.ts";
import { keptOf } from "./service.ts";
import type { Service } from "./service.ts";

/** How finely the ideal detector looks, in s: as finely as the level of a synthesised service moves. */
const step = 0.1;
/** Requests in a step, at the default rate. */
const requests = 20;
/**
 * So many standard deviations must be exceeded for one false alarm in 100 runs, each of twenty half minutes that have
 * nothing to do with each other: a probability of 0.0005.
 */
const threshold = 3.29;

/**
 * How likely a rise of every latency by a factor is found by a detector that nobody can have: it knows how the service's
 * level wanders, how its requests scatter, for how long the rise lasts and by how much, and only has to tell from when on. It
 * is the most powerful one there is (Neyman and Pearson's, by a Kalman filter that takes out what the past foretells), so it
 * bounds what any comparison can find. Pauses and the tail, which make it harder, are left out.
 *
 * @param from, to in s from the start of the upgrade
 */
export function ideallyFound(
  service: Service,
  { factor, from, to }: { factor: number; from: number; to: number },
  seconds: { readonly baseline: number; readonly between: number; readonly upgrade: number },
): number {
  const [rise, level] = [new Whitened(), new Whitened()];
  let [both, alone, constant] = [0, 0, 0];
  const gain = new Gain(service);
  for (let at = -seconds.baseline - seconds.between; at < seconds.upgrade; at += step) {
    const seen = at < -seconds.between || at >= 0;
    const gains = gain.next(seen);
    const [e, one] = [rise.next(at >= from && at < to ? Math.log(factor) : 0, gains), level.next(1, gains)];
    if (!seen) continue;
    alone += (e * e) / gains.variance;
    both += (e * one) / gains.variance;
    constant += (one * one) / gains.variance;
  }
  // What a level that is not known would do as well tells nothing.
  const strength = Math.sqrt(Math.max(0, alone - (both * both) / constant));
  return upperTail(threshold - strength);
}

interface Gains {
  readonly quick: number;
  readonly slow: number;
  /** Of what comes, beside what was foretold. */
  readonly variance: number;
}

/** How much of what comes is put down to the level's quick and slow wandering; the same whatever comes. */
class Gain {
  readonly #wander: Service["wander"];
  readonly #noise: number;
  #quick: number;
  #slow: number;
  #shared = 0;

  constructor({ wander, sigma }: Service) {
    this.#wander = wander;
    this.#noise = sigma ** 2 / requests;
    this.#quick = wander.seconds ** 2;
    this.#slow = wander.minutes ** 2;
  }

  next(seen: boolean): Gains {
    this.#quick = keptOf.quick ** 2 * this.#quick + this.#wander.seconds ** 2 * (1 - keptOf.quick ** 2);
    this.#slow = keptOf.slow ** 2 * this.#slow + this.#wander.minutes ** 2 * (1 - keptOf.slow ** 2);
    this.#shared *= keptOf.quick * keptOf.slow;
    const [ofQuick, ofSlow] = [this.#quick + this.#shared, this.#slow + this.#shared];
    const variance = ofQuick + ofSlow + this.#noise;
    if (!seen) return { quick: 0, slow: 0, variance };
    this.#quick -= ofQuick ** 2 / variance;
    this.#slow -= ofSlow ** 2 / variance;
    this.#shared -= (ofQuick * ofSlow) / variance;
    return { quick: ofQuick / variance, slow: ofSlow / variance, variance };
  }
}

/** A course of the level without what the past foretells of it. */
class Whitened {
  #quick = 0;
  #slow = 0;

  next(value: number, gains: Gains): number {
    this.#quick *= keptOf.quick;
    this.#slow *= keptOf.slow;
    const error = value - this.#quick - this.#slow;
    this.#quick += gains.quick * error;
    this.#slow += gains.slow * error;
    return error;
  }
}
