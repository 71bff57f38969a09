/** How a request ended. `ok` is a 2xx answer with the expected body; all others are failures. */
export const outcomes = [
  "ok",
  "refused",
  "reset",
  "timeout",
  "dns",
  "http-5xx",
  "http-other",
  "wrong-body",
  "unknown",
] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * Who a request was for and over which connection: `fresh` opens a new connection for each request (as `ab` does),
 * `kept` uses kept-alive ones, `canary` goes to a target that has nothing to do with the cluster.
 */
export const habits = ["fresh", "kept", "canary"] as const;
export type Habit = (typeof habits)[number];

/** One request. */
export interface Sample {
  /** When the request was due, in ms since the epoch. */
  readonly dueMs: number;
  /** From when it was due to the end of the answer, in ms: waiting for a free VU counts. */
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly habit: Habit;
  /** The pod that answered, as it names itself; empty when none did. */
  readonly target: string;
  /** Of `durationMs`, the part before the request was sent: the load generator was late. In ms; absent: 0. */
  readonly waitedMs?: number;
}
