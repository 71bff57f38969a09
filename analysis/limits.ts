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
  /**
   * Nothing answered for this long, though requests were waiting, is an interruption: of the whole service, and of one of its
   * targets, which gets a third of the requests. Of a service that stands still for 100 ms, at the default rate of a request
   * each 10 ms in either habit, at least 90 ms are seen.
   */
  silenceMs: 90,
  partialSilenceMs: 200,
  /** For this share of a silence nothing is answered at all: one straggler from before may be, and a slow service answers on. */
  quietShare: 0.5,
  /** So many requests at least wait in a silence: fewer are outliers. */
  silentRequests: 5,
  /** A silence of the service is the tester's if a canary request meanwhile took this long, or a quarter of the silence. */
  canaryLateMs: 25,
  /** An interruption is worse than the baseline's if it is this many times as long. */
  beyondBaseline: 2,
  /** Fewer judged requests than this in either run tell nothing about an error ratio of a percent. */
  minRequests: 500,
  /** Fewer than this in either habit cannot be compared. */
  minRequestsPerHabit: 100,
  /** Fewer windows than this in either run, and latency cannot be compared; a window is a second, or 50 requests. */
  minWindows: 10,
  /** At least this share of the requests that were due must have been recorded: missing ones are not zero errors. */
  minSeenShare: 0.95,
  /** No request for longer than this while some were due: the load generator stood still. At least 20 inter-arrivals. */
  holeMs: 2_000,
  holeInterArrivals: 20,
  /** More excluded windows than this share, and what is left does not speak for the run. */
  maxExcludedShare: 0.05,
  /** Significance of a rise of the error ratio and of a shift in latency (the latter after correction). */
  errorSignificance: 0.001,
  latencySignificance: 0.005,
  /**
   * What a baseline of some minutes does not show of how far half minutes lie apart, as standard deviations of their
   * logarithm: without any, one service of a hundred that happened to be calm would be accused afterwards. Found by
   * calibration. The slowest hundredth moves more.
   */
  unseenSpread: { p50: 0.02, p95: 0.02, p99: 0.04 },
  /** The same where a half minute is held against what the seconds around it foretell: these are near. */
  unseenSpreadAround: 0.015,
  /**
   * So many times more significant a half minute must be that is held against the seconds around it: 4 of 240 services
   * without any fault were accused by that alone before (calibration's seeds from 210001 on), none of them with this, and of
   * 100 rises (from 130001 on) 87 are found instead of 89.
   */
  strictnessAround: 5,
  /**
   * Latency that wanders over minutes lies further from the baseline's mean minutes later than within the baseline, about
   * as much again: so the variance is twice as large.
   */
  laterSpread: Math.SQRT2,
  /**
   * Degrees of freedom of a spread: a tenth of the baseline's windows, within these. Half a minute of baseline, as in the lab,
   * says hardly anything of how half minutes differ; with less than three degrees Student's t has no variance.
   */
  leastFreedom: 3,
  mostFreedom: 30,
  /**
   * By how much the likeness of neighbouring seconds widens the variance of a mean score over half a minute, in a service as
   * they usually are; and how many degrees of freedom that counts beside what a baseline tells (some 15 for five minutes).
   */
  usualInflation: 3,
  usualInflationFreedom: 20,
  /**
   * What slows the canary down slows the service down this many times as much: its requests pass through several processes,
   * see `canaryStallMs`.
   */
  canaryFactor: 2,
  /** The canary's own rise is taken off unless it is likely to be chance. */
  canarySignificance: 0.05,
  /** A rise of a percentile by less than this is not worth a word, however significant: in percent, and in ms. */
  noticeablePercent: 10,
  noticeableMs: 0.1,
  /** Outages listed in a verdict; the longest are kept. */
  maxOutages: 500,
} as const;
