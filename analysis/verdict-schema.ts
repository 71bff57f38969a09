import { z } from "zod";
import { phases } from "./events.ts";
import { fidelitySchema } from "./fidelity.ts";

export const verdicts = ["SAFE", "DEGRADED", "UNSAFE", "INCONCLUSIVE"] as const;
export type VerdictName = (typeof verdicts)[number];

const measurement = z.object({
  requests: z.number().int(),
  failed: z.number().int(),
  errorRatio: z.number(),
  /** Wilson score interval of the error ratio, 95 %. */
  errorRatioInterval95: z.tuple([z.number(), z.number()]),
  requestsPerSecond: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  maxMs: z.number().nullable(),
  /** Mean over the answered requests, from when each was due; `ab`'s `Time per request`. Older verdicts have none. */
  meanMs: z.number().nullable().default(null),
  /** As `ab` gives them: percent of answered requests (50, 66, 75, 80, 90, 95, 98, 99, 100) to ms; empty without any. */
  percentilesMs: z.record(z.string(), z.number()),
  droppedIterations: z.number().int(),
  /** Failed requests by how they failed. */
  failures: z.record(z.string(), z.number().int()),
});

const shift = z.object({
  percentile: z.enum(["p50", "p95", "p99"]).default("p99"),
  /** What it is too high for: the baseline, the seconds before and after it, or its own median. */
  against: z.enum(["baseline", "surroundings", "median"]).default("baseline"),
  baselineMs: z.number(),
  /** Hodges-Lehmann estimate of the rise, in ms: the median difference between windows of the two runs. */
  shiftMs: z.number(),
  /** What the canary rose by at the same time, which is the tester's fault and not the cluster's. */
  canaryShiftMs: z.number(),
  /** What half minutes of the baseline differ by for no reason: a standard deviation, with what a baseline does not show. */
  noiseMs: z.number(),
  /** The larger one of the rank test's and of its size beside the baseline's noise, corrected for the number of comparisons. */
  p: z.number(),
  windows: z.object({ baseline: z.number().int(), upgrade: z.number().int() }),
  /** Significant, beyond the baseline's noise, worth a word, and not the tester's fault. */
  real: z.boolean(),
  /** `the whole upgrade`, or the part of it that was judged on its own. */
  where: z.string(),
});

const canary = z.object({
  requests: z.number().int(),
  bad: z.number().int(),
  windows: z.number().int(),
  /** Windows in which it failed, stalled or was silent: they prove nothing about the cluster and are not judged. */
  excludedWindows: z.number().int(),
  /** Requests to the cluster in excluded windows: not counted anywhere else. */
  excludedRequests: z.number().int(),
  excludedFailures: z.number().int(),
});

/** USD; a line whose price is unknown has none, and the sums lack it. */
const costSchema = z.object({
  currency: z.literal("USD"),
  region: z.string(),
  hours: z.number(),
  usd: z.number(),
  usdPerHour: z.number(),
  lines: z.array(
    z.object({
      what: z.string(),
      /** As in the price table: `instance/m5.large`. */
      item: z.string(),
      quantity: z.number(),
      usdPerHour: z.number().nullable(),
      usd: z.number().nullable(),
      /** Where the price is from and when it was true, or why it is unknown. */
      source: z.string(),
    }),
  ),
  /** How many lines have no price. */
  unknown: z.number().int(),
  notCounted: z.string(),
});

export const verdictSchema = z.object({
  version: z.literal(1),
  run: z.string(),
  createdAt: z.iso.datetime({ precision: 3 }),
  verdict: z.enum(verdicts),
  reasons: z.array(z.string()).min(1),
  clusterName: z.string(),
  fromVersion: z.string(),
  toVersion: z.string(),
  /** As kops was given them, e.g. `15s`. */
  intervals: z.object({ controlPlane: z.string(), node: z.string() }),
  baseline: measurement,
  upgrade: measurement,
  outages: z.array(
    z.object({
      start: z.iso.datetime({ precision: 3 }),
      /** From when the first bad request was due to when the next good one was. */
      durationMs: z.number(),
      /** Of it, the longest stretch in which nothing was answered: by when answers came, whatever failed before and after. */
      unansweredMs: z.number().nullable().default(null),
      /** `total`: all requests in it were bad. `partial`: some were answered, as when one of three targets is down. */
      kind: z.enum(["total", "partial"]),
      /** Requests that were due in it, the good ones too. */
      requests: z.number().int(),
      failedRequests: z.number().int(),
      /** Answered in the end, but later than the stall threshold. */
      stalledRequests: z.number().int(),
      habit: z.enum(["fresh", "kept"]),
      /** How most of its bad requests ended; `stall` when they were answered too late. */
      outcome: z.string(),
      phase: z.enum(phases).nullable(),
      node: z.string().nullable(),
      /** `namespace/name` of the pod that it is put down to. */
      pod: z.string().nullable().default(null),
      /** The target that ceased to answer as it began, as it names itself in its answers. */
      target: z.string().nullable().default(null),
      /** What had happened to the node, in words: `was being drained`. */
      doing: z.string().nullable().default(null),
      /** What points to pod and node, in one sentence. */
      evidence: z.string().nullable().default(null),
      /** `by target`: the requests name the pod. `by time`: only what kops did just before. `null`: nothing points anywhere. */
      confidence: z.enum(["by target", "by time"]).nullable().default(null),
      /** More than the baseline's failures and silences explain. A single failed request is not, it is listed all the same. */
      evident: z.boolean().default(true),
    }),
  ),
  /** Interruptions that were left out of `outages` because there are too many; those listed are the longest. */
  outagesOmitted: z.number().int(),
  /** Interruptions shorter than this may not have been seen, in ms. */
  detectionLimitMs: z.number(),
  /** What else bounds the sight of this run, in ms. */
  detection: z.object({
    /** One target of three failing for shorter than this may not have been seen. */
    partialMs: z.number(),
    /** A request that takes longer than this counts as part of an interruption. */
    stallMs: z.number(),
    /** No answer for longer than this is an interruption, though every request may be answered in the end. */
    silenceMs: z.number().nullable().default(null),
    /** The same for one target, while others answer. */
    partialSilenceMs: z.number().nullable().default(null),
    /** A p99 higher by this for half a minute would have been found; null when the baseline is too short or too restless. */
    p99RiseMs: z.number().nullable().default(null),
    /** The same for a p95 that is higher by this together with the median, as when every request is slower. */
    p95RiseMs: z.number().nullable().default(null),
    /** The same for a p95 that is higher by this while the median stays as it is. */
    tailRiseMs: z.number().nullable().default(null),
  }),
  /** How latency differs, tested on windows. `null` where there were too few of them. */
  latency: z.object({
    p50: shift.nullable(),
    p99: shift.nullable(),
    /** p99 over all requests and all canary requests of a run, a failed one counted as a stall: short pains show here. */
    pooledP99: z.object({
      baselineMs: z.number(),
      upgradeMs: z.number(),
      canaryBaselineMs: z.number(),
      canaryUpgradeMs: z.number(),
      /** How far it moved between the quarters of the baseline. */
      noiseMs: z.number(),
    }),
    /** Parts of the roll in which p95 or p99 rose, each judged on its own. */
    parts: z.array(shift),
  }),
  /** The target that has nothing to do with the cluster; what it suffers is the tester's fault. */
  canary: z.object({ baseline: canary, upgrade: canary }),
  /** The budgets that were judged by. */
  objectives: z.object({
    maxOutageMs: z.number(),
    maxErrorRatio: z.number(),
    maxP99IncreaseMs: z.number(),
    maxP99IncreasePercent: z.number(),
  }),
  roll: z.object({
    ok: z.boolean(),
    error: z.string().nullable(),
    /** From the first event of the upgrade to the last, in seconds. */
    seconds: z.number(),
    /** Where the roll stood when it did not finish: the budget, pod and node in the way, the node that never joined. */
    blockers: z.array(
      z.object({
        kind: z.enum([
          "eviction-refused",
          "drain-waiting",
          "launch-failed",
          "validation-failed",
          "node-missing",
          "step-failed",
        ]),
        node: z.string().nullable(),
        pod: z.string().nullable(),
        message: z.string(),
      }),
    ),
  }),
  upgradeLanded: z.object({
    landed: z.boolean(),
    nodes: z.array(z.object({ name: z.string(), kubeletVersion: z.string() })),
    /** What `kops update cluster` and `kops rolling-update cluster` would still change; empty when nothing. */
    pendingChanges: z.array(z.string()),
  }),
  /** The rolls of a search for intervals; absent when there was one roll. The verdict is about the chosen one. */
  search: z
    .object({
      attempts: z.array(
        z.object({
          intervals: z.object({ controlPlane: z.string(), node: z.string() }),
          postDrainDelay: z.string(),
          maxSurge: z.number().int().nullable(),
          verdict: z.enum(verdicts),
          longestMs: z.number(),
          interruptions: z.number().int().default(0),
          p99Ms: z.number().nullable().default(null),
          failed: z.number().int(),
          requests: z.number().int(),
          mirrorMinutes: z.number(),
          /** Minutes to schedule for production with this pacing. */
          productionMinutes: z.number(),
        }),
      ),
      /** Index of the recommended one. */
      chosen: z.number().int(),
      ended: z.string(),
      /** What to change, where no interval can help. */
      remedies: z.array(z.string()),
    })
    .nullable()
    .optional(),
  /** A node that was added while only the control plane was upgraded; absent when it was not asked for. */
  skewProbe: z
    .object({
      joined: z.boolean(),
      node: z.string().nullable(),
      kubeletVersion: z.string().nullable(),
      apiServerVersion: z.string(),
      seconds: z.number(),
      detail: z.string(),
    })
    .nullable()
    .optional(),
  /** The way back to the old version; absent when it was not rehearsed. */
  revert: z
    .object({
      when: z.enum(["midRoll", "after", "asked"]),
      from: z.string(),
      to: z.string(),
      /** All nodes are at the old version again, and kops proposes nothing more. */
      ok: z.boolean(),
      error: z.string().nullable(),
      nodes: z.number().int(),
      minutes: z.number(),
      verdict: z.enum(verdicts),
      reasons: z.array(z.string()),
      requests: z.number().int(),
      failed: z.number().int(),
      interruptions: z.number().int(),
      longestMs: z.number(),
    })
    .nullable()
    .optional(),
  checklist: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  /** Minutes to schedule for production: `minutes` is nodes x interval (the floor), `low` and `high` were extrapolated from what was measured. */
  schedule: z.object({
    nodes: z.number().int(),
    minutes: z.number(),
    low: z.number(),
    high: z.number(),
    /** What the measured turns add up to over all nodes; 95 of 100 repetitions lie from `low` to `high`. */
    expected: z.object({ minutes: z.number(), low: z.number(), high: z.number() }).nullable().optional(),
    /** What was measured for each node, in seconds. */
    perNode: z
      .object({
        turns: z.array(
          z.object({
            node: z.string(),
            phase: z.enum(phases),
            /** From cordoned to terminated. */
            drain: z.number(),
            /** From terminated to valid again, the interval included. */
            replace: z.number(),
          }),
        ),
        /** From when an instance left its group to when the node that came for it was ready. */
        bootSeconds: z.object({ low: z.number(), median: z.number(), high: z.number() }).nullable(),
      })
      .optional(),
  }),
  /** What the run cost on AWS by the price table, from its first event to its last. */
  cost: costSchema.optional(),
  /** What the verdict holds for, so that it can be told when it no longer does; absent in older ones. */
  rehearsed: z
    .object({
      /** When the roll ended; judging again later changes `createdAt`, not this. */
      at: z.iso.datetime({ precision: 3 }),
      /** SHA-256 of the mirror's manifests before the upgrade, without what changes from one mirror to the next. */
      fingerprint: z.string(),
      /** Where the manifests are from: derived from production's own, or described by the stack's settings. */
      of: z.enum(["production", "settings"]),
      /** Version of kops, e.g. `1.35.0`. */
      kops: z.string(),
    })
    .optional(),
  /** How far the mirror was like production; `null` where it was described by settings and not derived. */
  fidelity: fidelitySchema.nullable().default(null),
});

/** `verdict.json`. */
export type Verdict = z.infer<typeof verdictSchema>;
export type Measurement = z.infer<typeof measurement>;
export type Outage = Verdict["outages"][number];
export type LatencyShift = z.infer<typeof shift>;
export type CanaryReport = z.infer<typeof canary>;
export type Blocker = Verdict["roll"]["blockers"][number];
