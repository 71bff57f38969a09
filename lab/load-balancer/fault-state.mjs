// The faults in force, as the data path asks for them.

export class FaultState {
  #faults = { dropTargets: [], resets: [] };
  #any = new Map();
  #listeners = new Set();
  #timers = [];

  /** Takes the place of all faults before; each ends by itself at its `until`. */
  set(faults) {
    this.#faults = faults;
    this.#any.clear();
    this.#timers.forEach(clearTimeout);
    const ends = [faults.drop, faults.delay, ...faults.dropTargets, ...faults.resets].flatMap(
      (fault) => fault?.until ?? [],
    );
    this.#timers = ends.map((until) => setTimeout(() => this.#tell(), Math.max(0, until - Date.now()) + 1));
    this.#tell();
  }

  /** Whether packets to or from this target are lost. `listener` is where it is one of several. */
  dropped(target, listener) {
    const { drop, dropTargets } = this.#faults;
    if (inForce(drop)) return true;
    if (target === undefined) return false;
    return dropTargets.some((fault) => inForce(fault) && this.#hits(fault, target, listener));
  }

  /** Whether connections to this target are reset. `listener` is where it is one of several. */
  reset(target, listener) {
    return this.#faults.resets.some(
      (fault) => inForce(fault) && (fault.target === undefined || this.#hits(fault, target, listener)),
    );
  }

  #hits(fault, target, listener) {
    if (fault.target === "any") return this.#anyOf(listener) === target.id;
    return fault.target === target.id || fault.target === target.host;
  }

  get delayMs() {
    return inForce(this.#faults.delay) ? this.#faults.delay.ms : 0;
  }

  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One target of the listener, and the same one for as long as it is there. */
  #anyOf(listener) {
    const ids = listener.targetIds();
    const chosen = this.#any.get(listener);
    if (chosen !== undefined && ids.includes(chosen)) return chosen;
    this.#any.set(listener, ids[0]);
    return ids[0];
  }

  #tell() {
    for (const listener of [...this.#listeners]) listener();
  }
}

const inForce = (fault) => fault !== undefined && (fault.until === undefined || fault.until > Date.now());
