import { z } from "zod";
import { durationMs } from "../duration.ts";
import type { Attempt } from "./attempt.ts";

/** What serves the requests, as the cluster has it before the roll. */
export const workloadSchema = z.object({
  /** `namespace/name` of the Service that the requests go to; null when none was found. */
  service: z.string().nullable(),
  /** Pods behind it. */
  pods: z.number().int(),
  /** Nodes that they run on. */
  nodes: z.number().int(),
  /** Nodes of the mirror beside its control plane. Older searches do not say. */
  workers: z.number().int().optional(),
  /** Every container that serves has one. */
  readinessProbe: z.boolean(),
  preStop: z.boolean(),
  /** PodDisruptionBudgets over the pods. */
  budgets: z.array(z.object({ name: z.string(), disruptionsAllowed: z.number().int() })),
});
export type Workload = z.infer<typeof workloadSchema>;

/** A cause that no pause between nodes takes away, and what to change instead. */
export interface Remedy {
  readonly cause: "one-replica" | "one-node" | "no-readiness-probe" | "no-pre-stop" | "budget" | "late-deregistration";
  readonly text: string;
}

/**
 * Causes for which longer intervals are no cure, from what the workload lacks and where it was hurt. An interval gives a
 * service time to recover between two nodes; when the drain of the very first node hurt it, there was nothing to recover from.
 *
 * A budget that allows nothing halts a roll before it disturbs anything, so it is named then, too.
 *
 * @param delays post-drain delays that may be tried
 * @returns empty when a gentler roll may help
 */
export function remedies(workload: Workload, tried: readonly Attempt[], delays: readonly string[] = []): Remedy[] {
  const last = tried.at(-1);
  if (last === undefined || last.verdict === "SAFE") return [];
  const name = workload.service ?? "the service";
  const found: Remedy[] = [];
  const blocking = workload.budgets.filter(({ disruptionsAllowed }) => disruptionsAllowed === 0);
  const budgets = blocking.map(({ name: budget }) => ({
    cause: "budget" as const,
    text: `PodDisruptionBudget ${budget} allows no disruption, so a drain ends at its time-out: allow at least one`,
  }));
  if (!last.disturbed) return last.verdict === "UNSAFE" ? budgets : [];
  if (workload.pods === 1)
    found.push({
      cause: "one-replica",
      text: `${name} has one replica: whenever its node is drained nothing answers. Run at least 2 replicas, with a PodDisruptionBudget of minAvailable 1`,
    });
  else if (workload.nodes === 1)
    found.push({
      cause: "one-node",
      text:
        workload.workers === 1
          ? `all ${workload.pods} pods of ${name} run on the mirror's only node: give the mirror at least 2`
          : `all ${workload.pods} pods of ${name} run on one node: spread them (topologySpreadConstraints over kubernetes.io/hostname)`,
    });
  found.push(...budgets);
  const everyDrain = last.firstTurn && (last.spot === "drain" || last.spot === "termination");
  if (everyDrain && workload.pods > 1 && !workload.readinessProbe)
    found.push({
      cause: "no-readiness-probe",
      text: `pods of ${name} have no readiness probe: new ones are sent requests before they can answer. Add one`,
    });
  if (everyDrain && workload.pods > 1 && !workload.preStop)
    found.push({
      cause: "no-pre-stop",
      text: `pods of ${name} have no preStop hook: they stop while load balancers still send them requests. Add a preStop sleep longer than the load balancer takes to deregister a target`,
    });
  // With probe, preStop and replicas in place, what is left at the very first termination is the load balancer; unless one
  // of the longer delays that are still to be tried is long enough for it.
  const longest = !delays.some((delay) => durationMs(delay) > durationMs(last.candidate.postDrainDelay));
  if (found.length === 0 && last.firstTurn && last.spot === "termination" && longest && tried.length >= 2)
    found.push({
      cause: "late-deregistration",
      text: `the load balancer of ${name} still sends requests to nodes that are gone, whatever the pause: shorten its deregistration and health-check times, or lengthen the post-drain delay beyond them`,
    });
  return found;
}
