import { z } from "zod";
import { phases } from "./events.ts";

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
  droppedIterations: z.number().int(),
  /** Failed requests by how they failed. */
  failures: z.record(z.string(), z.number().int()),
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
      durationMs: z.number(),
      failedRequests: z.number().int(),
      habit: z.enum(["fresh", "kept"]),
      outcome: z.string(),
      phase: z.enum(phases).nullable(),
      node: z.string().nullable(),
    }),
  ),
  /** Interruptions shorter than this may not have been seen, in ms. */
  detectionLimitMs: z.number(),
  upgradeLanded: z.object({
    landed: z.boolean(),
    nodes: z.array(z.object({ name: z.string(), kubeletVersion: z.string() })),
    /** What `kops update cluster` and `kops rolling-update cluster` would still change; empty when nothing. */
    pendingChanges: z.array(z.string()),
  }),
  checklist: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  /** Minutes to schedule for production: `minutes` is nodes x interval (the floor), `low` and `high` were extrapolated from what was measured. */
  schedule: z.object({ nodes: z.number().int(), minutes: z.number(), low: z.number(), high: z.number() }),
});

/** `verdict.json`. */
export type Verdict = z.infer<typeof verdictSchema>;
export type Measurement = z.infer<typeof measurement>;
