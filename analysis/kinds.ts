import { habits, outcomes } from "./sample.ts";
import type { Habit, Outcome, Sample } from "./sample.ts";

/** Pods are few. Past so many names a load balancer is answering with garbage: the requests are kept, not the names. */
const MOST_TARGETS = 2048;

/** What many requests have in common. */
export interface Kind {
  readonly outcome: Outcome;
  readonly ok: boolean;
  readonly habit: Habit;
  /** Number of the target among those of the run. */
  readonly target: number;
  /** Orders outcomes, and habits within each. */
  readonly code: number;
}

/** The kinds of request of a run, numbered as they are seen: at most 55,296, and usually a dozen. */
export class Kinds {
  readonly #kinds: Kind[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #targets: string[] = [];
  readonly #targetNumbers = new Map<string, number>();

  /** How many there are. */
  get length(): number {
    return this.#kinds.length;
  }

  at(number: number): Kind {
    return this.#kinds[number]!;
  }

  targetName(target: number): string {
    return this.#targets[target]!;
  }

  numberOf({ outcome, habit, target: name }: Pick<Sample, "outcome" | "habit" | "target">): number {
    const target = this.#targetNumber(name);
    const code = outcomes.indexOf(outcome) * habits.length + habits.indexOf(habit);
    const key = target * outcomes.length * habits.length + code;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#kinds.length;
      this.#kinds.push({ outcome, ok: outcome === "ok", habit, target, code });
      this.#numbers.set(key, number);
    }
    return number;
  }

  #targetNumber(name: string): number {
    let number = this.#targetNumbers.get(name);
    if (number === undefined) {
      number = Math.min(this.#targets.length, MOST_TARGETS - 1);
      this.#targets[number] ??= name;
      // What garbage is called is not kept either.
      if (this.#targetNumbers.size < MOST_TARGETS) this.#targetNumbers.set(name, number);
    }
    return number;
  }
}
