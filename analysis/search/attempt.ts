import { z } from "zod";
import { verdicts } from "../verdict-schema.ts";

/** How one roll is paced: what the search varies. Durations as kops takes them. */
export const candidateSchema = z.object({
  controlPlane: z.string(),
  node: z.string(),
  postDrainDelay: z.string(),
  /** `spec.rollingUpdate.maxSurge` of the node groups; absent: as the groups have it (kops: 1 on AWS). */
  maxSurge: z.number().int().min(1).optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** Where in a node's turn bad requests began. */
export const spots = ["drain", "termination", "capacity", "interval", "unknown"] as const;
export type Spot = (typeof spots)[number];

/** One roll of a search and what it did to the service. */
export const attemptSchema = z.object({
  candidate: candidateSchema,
  /** Folder with its samples, relative to the run; empty for the first, whose files are the run's own. */
  folder: z.string(),
  verdict: z.enum(verdicts),
  /** The service was disturbed: the verdict is worse than SAFE for that reason, and a gentler roll may help. */
  disturbed: z.boolean(),
  /** Longest interruption, in ms; 0 for none. */
  longestMs: z.number(),
  interruptions: z.number().int(),
  /** p99 over the whole roll, in ms; null without an answered request. Older searches have none. */
  p99Ms: z.number().nullable().default(null),
  failed: z.number().int(),
  requests: z.number().int(),
  /** Where most of the bad time began; null when there was none. */
  spot: z.enum(spots).nullable(),
  /** The turn of the first node with pods of a service, before an interval could help it, was disturbed already. */
  firstTurn: z.boolean(),
  /** What the mirror's roll took, in minutes; and what production's would, within its bounds. */
  mirrorMinutes: z.number(),
  production: z.object({ minutes: z.number(), low: z.number(), high: z.number() }),
});
export type Attempt = z.infer<typeof attemptSchema>;
