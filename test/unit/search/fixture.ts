import type { Attempt } from "../../../analysis/search/attempt.ts";
import type { Workload } from "../../../analysis/search/remedies.ts";

/** A roll that hurt, with some of it replaced. */
export function attempt(changes: Partial<Attempt>): Attempt {
  return {
    candidate: { controlPlane: "15s", node: "15s", postDrainDelay: "5s" },
    folder: "",
    verdict: "UNSAFE",
    disturbed: true,
    longestMs: 1500,
    p99Ms: 40,
    interruptions: 1,
    failed: 30,
    requests: 10_000,
    spot: "drain",
    firstTurn: false,
    mirrorMinutes: 2,
    production: { minutes: 12.5, low: 20, high: 30 },
    ...changes,
  };
}

/** Nothing to be said against it. */
export const sound: Workload = {
  service: "shop/web",
  pods: 3,
  nodes: 3,
  readinessProbe: true,
  preStop: true,
  budgets: [{ name: "shop/web", disruptionsAllowed: 1 }],
};
