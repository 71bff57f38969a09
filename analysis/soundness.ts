import { limits } from "./limits.ts";
import type { RunView } from "./run-view.ts";
import type { Measurement } from "./verdict-schema.ts";
import { count, few, number, percent, span } from "./words.ts";

/** What a run can show, from its own requests. */
export interface Sight {
  /** Why the run does not show enough for SAFE; empty when it does. */
  readonly faults: readonly string[];
}

/** What of a run's requests its sight depends on. */
export interface Judged {
  readonly measured: Measurement;
  /** How many windows have latency percentiles. */
  readonly windows: number;
  /** Names of the pods that answered. */
  readonly answered: ReadonlySet<string>;
}

/** Looks for all that makes a run unfit to say that nothing happened. */
export function sightOf(name: "baseline" | "upgrade", view: RunView, { measured, windows, answered }: Judged): Sight {
  const { run } = view;
  const faults: string[] = [];
  const why = run.problem === undefined ? "" : ` (${run.problem})`;
  if (run.exitClass === "failed") faults.push(`the load generator failed during the ${name}${why}`);
  if (run.exitClass === "aborted") faults.push(`the load was stopped before its end during the ${name}`);
  if (!run.complete)
    faults.push(
      `the samples of the ${name} are cut off${run.exitClass === "failed" ? "" : why}: what is missing is not known to be good`,
    );
  if (run.droppedIterations > 0)
    faults.push(
      `${count(run.droppedIterations, "request")} of the ${name} ${run.droppedIterations === 1 ? "was" : "were"} never sent, because the load generator could not keep up: lower the rate, or send it from more than one machine (docs/load-generators.md)`,
    );
  if (measured.requests < limits.minRequests)
    faults.push(
      `the ${name} has ${count(measured.requests, "request")} that can be judged, at least ${limits.minRequests} are needed`,
    );

  if (windows < limits.minWindows)
    faults.push(
      `the latency of the ${name} cannot be compared: it has ${count(windows, "window")} with enough requests, at least ${limits.minWindows} are needed (a window is a second, or 50 requests)`,
    );
  faults.push(...silentPods(name, run, answered));

  const gaps = (["fresh", "kept"] as const).map((habit) => {
    const spacing = view.spacing[habit];
    if (spacing.requests < limits.minRequestsPerHabit)
      faults.push(
        `the ${name} has ${count(spacing.requests, "request")} over ${habit} connections, at least ${limits.minRequestsPerHabit} are needed`,
      );
    const most = Math.max(limits.holeMs, limits.holeInterArrivals * spacing.medianMs);
    if (run.rate !== null && spacing.longestMs > most)
      faults.push(`no request was made over ${habit} connections for ${span(spacing.longestMs)} of the ${name}`);
    return spacing;
  });

  const seen = gaps.reduce((sum, spacing) => sum + spacing.requests, 0);
  if (run.rate !== null) {
    const due = Math.floor((run.rate * Math.max(0, run.endMs - view.fromMs)) / 1000);
    if (seen < due * limits.minSeenShare)
      faults.push(`only ${number(seen)} of the ${number(due)} requests that were due in the ${name} were recorded`);
  }
  faults.push(...canaryFaults(name, view));
  return { faults };
}

/**
 * What becomes of a pod that got no request is not seen. Only where pods are known to name themselves in their answers, as
 * those of the sample app do.
 */
function silentPods(name: string, { pods = [] }: RunView["run"], answered: ReadonlySet<string>): string[] {
  const silent = pods.filter((pod) => !answered.has(pod));
  if (silent.length === 0 || silent.length === pods.length) return [];
  return [
    `${count(silent.length, "pod")} of the ${pods.length} behind the Service answered no request of the ${name} (${few(silent.join(", "))}): what becomes of ${silent.length === 1 ? "it" : "them"} would not be seen; look at the load balancer's targets, or raise load.rate`,
  ];
}

function canaryFaults(name: string, view: RunView): string[] {
  const { requests, windows, excludedWindows } = view.canary.report;
  if (requests === 0) return [`the ${name} has no canary: the tester's own faults cannot be told from the cluster's`];
  if (excludedWindows <= windows * limits.maxExcludedShare) return [];
  return [
    `the canary failed, stalled or was silent in ${percent(excludedWindows / windows)} of the ${name} (${count(excludedWindows, "window")} of ${windows}): the tester itself was in trouble`,
  ];
}
