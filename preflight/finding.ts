import type { Fact } from "./fact.ts";

/**
 * `error` ends `pulumi up` before anything is created. `warning` is for the owner to judge: the rehearsal can go on, and
 * may well show what it leads to. `info` is worth knowing.
 */
export const severities = ["error", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

/** Something that a check found. */
export interface Finding {
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  /** What it was seen by: one line each. */
  readonly evidence: readonly string[];
  /** What to do. */
  readonly next: string;
}

/** A question that a check could not get answered. */
export interface Unchecked {
  readonly why: string;
  readonly enable: string;
}

/** What one check came to: it passed only if it found nothing and got every answer. */
export interface CheckResult {
  /** e.g. `version-skew`; for the setting `preflight.accept`. */
  readonly name: string;
  /** e.g. `versions and skew`. */
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** What was looked at: `3 instance types in 3 zones`. */
  readonly looked: string;
}

/** Puts one check's result together, question by question. */
export class Check {
  readonly #findings: Finding[] = [];
  readonly #unchecked: Unchecked[] = [];
  readonly #looked: string[] = [];

  constructor(
    readonly name: string,
    readonly title: string,
  ) {}

  find(severity: Severity, summary: string, evidence: readonly string[], next: string): void {
    this.#findings.push({ severity, summary, evidence, next });
  }

  looked(what: string): void {
    this.#looked.push(what);
  }

  /** Looks at a fact if it is known; else the check says that it could not. The same reason is said once. */
  ask<T>(fact: Fact<T>, look: (value: T) => void): void {
    if (fact.known) return look(fact.value);
    const { why, enable } = fact;
    if (!this.#unchecked.some((other) => other.why === why)) this.#unchecked.push({ why, enable });
  }

  result(): CheckResult {
    return {
      name: this.name,
      title: this.title,
      findings: this.#findings,
      unchecked: this.#unchecked,
      looked: this.#looked.join("; "),
    };
  }
}

/** `3 nodes`, `1 node`, `2 addresses`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
}
