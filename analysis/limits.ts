/** The constants of the analysis, each with its reason. What an owner decides is in the stack's objectives instead. */
export const limits = {
  /** A request that takes longer than this is felt as an interruption, even if it is answered in the end. */
  stallMs: 500,
  /**
   * The same for the canary. A request to the service passes through several processes where the canary's passes through
   * one, so a tester that holds the canary up by half as long can hold the service up by a whole stall.
   */
  canaryStallMs: 250,
  /** A slow service is not interrupted all the time: the stall threshold is at least this many times the baseline's p99. */
  stallTimesP99: 10,
  /** Next to a stall, requests slower than this many times the baseline's p99 belong to it: its edges are seen sharper. */
  edgeTimesP99: 1.5,
  /** Fewer judged requests than this in either run tell nothing about an error ratio of a percent. */
  minRequests: 500,
  /** Fewer than this in either habit cannot be compared. */
  minRequestsPerHabit: 100,
  /** At least this share of the requests that were due must have been recorded: missing ones are not zero errors. */
  minSeenShare: 0.95,
  /** No request for longer than this while some were due: the load generator stood still. At least 20 inter-arrivals. */
  holeMs: 2_000,
  holeInterArrivals: 20,
  /** More excluded windows than this share, and what is left does not speak for the run. */
  maxExcludedShare: 0.05,
  /** Significance of a rise of the error ratio and of a shift in latency (the latter after correction). */
  errorSignificance: 0.05,
  latencySignificance: 0.01,
  /** A rise of p99 above this share of its budget, real and over the whole upgrade, makes a run DEGRADED. */
  degradedShareOfBudget: 0.5,
  /** Outages listed in a verdict; the longest are kept. */
  maxOutages: 500,
} as const;
