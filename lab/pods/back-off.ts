/** The first delay before a restart, in ms (a kubelet: 10 s; the lab is about ten times faster). */
const firstMs = 1000;
const longestMs = 30_000;
/** A container that ran this long starts over, in ms. */
const forgivenMs = 60_000;

/** How long to wait before each restart: none the first time, then doubling. */
export class BackOff {
  #crashes = 0;

  /** The delay before the next restart in ms, for a container that ended after running for `ranMs`. */
  next(ranMs: number): number {
    if (ranMs >= forgivenMs) this.#crashes = 0;
    const crash = this.#crashes++;
    return crash === 0 ? 0 : Math.min(longestMs, firstMs * 2 ** (crash - 1));
  }
}
