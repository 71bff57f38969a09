import type { RehearsalEvent } from "../../analysis/events.ts";
import { judge } from "../../analysis/judge.ts";
import type { LoadRun } from "../../analysis/load-run.ts";
import type { StoredSample } from "../../analysis/sample-file.ts";
import type { Verdict } from "../../analysis/verdict-schema.ts";

/** The default settings, which the goals are about. */
export const defaults = {
  rate: 200,
  baselineSeconds: 300,
  warmupSeconds: 10,
  objectives: { maxOutageMs: 1000, maxErrorRatio: 0.001, maxP99IncreaseMs: 50, maxP99IncreasePercent: 50 },
} as const;

/** The samples of a load that ended well. */
export function loadRun(samples: readonly StoredSample[], startMs: number, endMs: number): LoadRun {
  const { rate } = defaults;
  return { startMs, endMs, rate, droppedIterations: 0, complete: true, exitClass: "finished", samples };
}

/** The verdict on a roll in which everything went well but for what the samples show. */
export function verdictOf(baseline: LoadRun, upgrade: LoadRun, warmupSeconds: number): Verdict {
  const nodes = ["i-0c0ffee", "i-0a1b", "i-0a2b", "i-0a3b"];
  return judge({
    run: "calibration",
    createdAt: new Date(upgrade.endMs).toISOString(),
    config: {
      clusterName: "mirror.k8s.example.com",
      fromVersion: "1.34.3",
      toVersion: "1.35.0",
      intervals: {
        controlPlane: "15s",
        node: "15s",
        postDrainDelay: "5s",
        validationTimeout: "15m",
        drainTimeout: "15m",
        validateCount: 2,
      },
      objectives: defaults.objectives,
      load: {
        rate: defaults.rate,
        durationSeconds: defaults.baselineSeconds,
        concurrency: 10,
        warmupSeconds,
        cooldownSeconds: 10,
        requestTimeoutSeconds: 10,
      },
      productionNodes: 50,
    },
    baseline,
    upgrade,
    events: rollOf(nodes, upgrade.startMs + warmupSeconds * 1000, upgrade.endMs - 10_000),
    landed: { landed: true, nodes: nodes.map((name) => ({ name, kubeletVersion: "v1.35.0" })), pendingChanges: [] },
    checklist: [{ name: "kube-dns", ok: true, detail: "2 of 2 ready" }],
    roll: { ok: true },
  });
}

/** Turns of equal length. */
function rollOf(nodes: readonly string[], fromMs: number, toMs: number): RehearsalEvent[] {
  const turnMs = (toMs - fromMs) / nodes.length;
  return nodes.flatMap((node, i): RehearsalEvent[] => {
    const phase = i === 0 ? "control-plane" : "nodes";
    const at = (ms: number): string => new Date(fromMs + i * turnMs + ms).toISOString();
    return [
      { time: at(0), phase, kind: "node-draining", node, message: `draining ${node}` },
      { time: at(turnMs * 0.3), phase, kind: "instance-terminating", node, message: `terminating ${node}` },
      { time: at(turnMs - 1), phase, kind: "group-finished", message: "done" },
    ];
  });
}
