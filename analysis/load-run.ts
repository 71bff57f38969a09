import type { Columns } from "./columns.ts";
import type { Sample } from "./sample.ts";

/**
 * How the load generator ended.
 *
 * `finished`: all was sent. `thresholds`: all was sent and a threshold was crossed (k6's exit status 99): that is data.
 * `aborted`: stopped before its end. `failed`: the load generator itself broke (a script error, a lost setup, a signal).
 */
export const loadExits = ["finished", "thresholds", "aborted", "failed"] as const;
export type LoadExit = (typeof loadExits)[number];

/** One run of the load generator: what it was asked for, how it ended, and every request that it made. */
export interface LoadRun {
  /** When the first request was due, in ms since the epoch. The warm-up is counted from here. */
  readonly startMs: number;
  /** When the load ended, in ms since the epoch. */
  readonly endMs: number;
  /**
   * Requests per second that were asked for over both habits, without the canary's; `null` for a load without an
   * arrival rate (a fixed number of requests), for which missing requests cannot be told.
   */
  readonly rate: number | null;
  /** Requests that were due and never sent because no VU was free. */
  readonly droppedIterations: number;
  /** False when the load generator or its samples were cut off. */
  readonly complete: boolean;
  readonly exitClass: LoadExit;
  /** Why it is not complete, in words, where that is known. */
  readonly problem?: string | undefined;
  /** Names of the pods that were ready behind the Service as the load began, without namespace; absent where nobody looked. */
  readonly pods?: readonly string[] | undefined;
  /** Each request, the canary's too, in any order. Hand in {@link Columns} to read a large file only once. */
  readonly samples: Iterable<Sample> | Columns;
}
