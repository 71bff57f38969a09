import { z } from "zod";

/** The parts of a rehearsal that an event or an outage can fall into, in the order in which they happen. */
export const phases = [
  "create",
  "deploy",
  "baseline",
  "edit",
  "dry-run",
  "control-plane",
  "nodes",
  "prune",
  "settle",
  "checklist",
  "verdict",
  "destroy",
] as const;
export type Phase = (typeof phases)[number];

/**
 * What can happen in a rehearsal.
 *
 * `step-*` and `load-*` come from the rehearsal itself, `validation-*`, `node-*` and `instance-*` from kops output and
 * from watching the cluster and EC2, `eviction-refused` names the PodDisruptionBudget that stands in the way.
 * `pod-evicted` is kops asking for an eviction, `pod-terminating` that the pod was really told to stop; `drain-waiting`
 * is any other pod that holds up a drain. `launch-failed` carries the Auto Scaling group's reason, `console` the end of
 * the console of an instance that does not join. `unblocked` is what the rehearsal itself did to get
 * a roll going again. `endpoint-*` is about a Service, `target-*` about AWS's load balancer before it.
 */
export const eventKinds = [
  "step-started",
  "step-finished",
  "step-failed",
  "waiting",
  "note",
  "warning",
  "load-started",
  "load-ended",
  "group-started",
  "group-finished",
  "node-cordoned",
  "node-draining",
  "node-drained",
  "pod-evicted",
  "pod-terminating",
  "eviction-refused",
  "drain-waiting",
  "instance-detached",
  "instance-terminating",
  "instance-terminated",
  "instance-launched",
  "launch-failed",
  "console",
  "unblocked",
  "node-joined",
  "node-ready",
  "node-not-ready",
  "node-removed",
  "validation-failed",
  "validation-passed",
  "endpoint-added",
  "endpoint-removed",
  "target-added",
  "target-removed",
] as const;
export type EventKind = (typeof eventKinds)[number];

export const eventSchema = z.object({
  /** RFC 3339 with milliseconds, UTC. */
  time: z.iso.datetime({ precision: 3 }),
  phase: z.enum(phases),
  kind: z.enum(eventKinds),
  node: z.string().optional(),
  instance: z.string().optional(),
  pod: z.string().optional(),
  message: z.string(),
});

/** One line of `events.ndjson`. */
export type RehearsalEvent = z.infer<typeof eventSchema>;

/**
 * Reads `events.ndjson`. A last line without a line end is the mark of a run that was cut off and is left out.
 *
 * @throws ZodError when a complete line is not an event
 */
export function parseEvents(text: string): RehearsalEvent[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.filter((line) => line !== "").map((line) => eventSchema.parse(JSON.parse(line)));
}
