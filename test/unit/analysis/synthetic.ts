import { random } from "../../../analysis/random.ts";
import type { RehearsalEvent } from "../../../analysis/events.ts";
import type { JudgeInput } from "../../../analysis/judge-input.ts";
import type { LoadRun } from "../../../analysis/load-run.ts";
import type { Habit, Outcome, Sample } from "../../../analysis/sample.ts";

export { random };

export const startMs = Date.UTC(2026, 10, 23, 10, 0, 0);

export interface Fault {
  /** From the start of the run. */
  readonly atMs: number;
  readonly forMs: number;
  readonly habits: readonly Habit[];
  /** Share of requests that it meets; default all. */
  readonly share?: number;
  /** What becomes of a request that it meets. */
  readonly outcome?: Outcome;
  /** Added to how long it takes, or `end` for a service that stands still until the end of the fault. */
  readonly addMs?: number | "end";
}

export interface SyntheticRun {
  readonly seed: number;
  readonly seconds: number;
  /** Over both habits. */
  readonly rate?: number;
  readonly canaryRate?: number;
  readonly faults?: readonly Fault[];
  readonly startMs?: number;
}

const pods = ["web-7d9f-a", "web-7d9f-b", "web-7d9f-c"];

/** Samples as a load generator would record them: log-normal latencies, in order of due time. */
export function samples({
  seed,
  seconds,
  rate = 200,
  canaryRate = 10,
  faults = [],
  startMs: from = startMs,
}: SyntheticRun) {
  const next = random(seed);
  const made: Sample[] = [];
  const add = (habit: Habit, perSecond: number, offset: number): void => {
    for (let i = 0; i < seconds * perSecond; i++) {
      const at = ((i + offset) * 1000) / perSecond;
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      let durationMs = Math.exp((habit === "canary" ? 0.4 : 1.3) + 0.5 * normal);
      let outcome: Outcome = "ok";
      for (const fault of faults) {
        const draw = next();
        if (!fault.habits.includes(habit) || at < fault.atMs || at >= fault.atMs + fault.forMs) continue;
        if (draw >= (fault.share ?? 1)) continue;
        outcome = fault.outcome ?? outcome;
        if (fault.addMs !== undefined)
          durationMs += fault.addMs === "end" ? fault.atMs + fault.forMs - at : fault.addMs;
      }
      made.push({ dueMs: from + at, durationMs, outcome, habit, target: outcome === "ok" ? pods[i % 3]! : "" });
    }
  };
  add("fresh", rate / 2, 0);
  add("kept", rate / 2, 0.5);
  add("canary", canaryRate, 0.25);
  return made.sort((a, b) => a.dueMs - b.dueMs);
}

export function run(options: SyntheticRun, changes: Partial<LoadRun> = {}): LoadRun {
  const from = options.startMs ?? startMs;
  return {
    startMs: from,
    endMs: from + options.seconds * 1000,
    rate: options.rate ?? 200,
    droppedIterations: 0,
    complete: true,
    exitClass: "finished",
    samples: samples(options),
    ...changes,
  };
}

export const upgradeStartMs = startMs + 120_000;
const at = (seconds: number): string => new Date(upgradeStartMs + seconds * 1000).toISOString();

/** The events of a roll of one control-plane node and three others, 25 s each, from 10 s after the load's start on. */
export function rollEvents(): RehearsalEvent[] {
  const events: RehearsalEvent[] = [
    { time: at(5), phase: "control-plane", kind: "group-started", message: "control plane" },
  ];
  const nodes = ["i-0c0ffee", "i-0a1b", "i-0a2b", "i-0a3b"];
  nodes.forEach((node, i) => {
    const phase = i === 0 ? "control-plane" : "nodes";
    const start = 10 + i * 25;
    const replacement = `${node}-new`;
    events.push(
      { time: at(start), phase, kind: "node-cordoned", node, message: `cordoned ${node}` },
      { time: at(start + 1), phase, kind: "node-draining", node, message: `draining ${node}` },
      { time: at(start + 2), phase, kind: "pod-evicted", node, pod: `default/web-${i}`, message: `evicted web-${i}` },
      { time: at(start + 5), phase, kind: "node-drained", node, message: `drained ${node}` },
      { time: at(start + 6), phase, kind: "instance-terminating", node, message: `terminating ${node}` },
      { time: at(start + 7), phase, kind: "instance-launched", node: replacement, message: `launched ${replacement}` },
      { time: at(start + 8), phase, kind: "node-removed", node, message: `${node} is gone` },
      { time: at(start + 14), phase, kind: "node-joined", node: replacement, message: `${replacement} joined` },
      { time: at(start + 16), phase, kind: "node-ready", node: replacement, message: `${replacement} is ready` },
      { time: at(start + 20), phase, kind: "validation-passed", message: "cluster validates" },
    );
  });
  events.push({ time: at(111), phase: "nodes", kind: "group-finished", message: "nodes" });
  return events;
}

/** A sound rehearsal: 60 s of baseline, 120 s of upgrade, everything landed. */
export function input(changes: Partial<JudgeInput> = {}): JudgeInput {
  return {
    run: "2026-11-23T10-00-00Z",
    createdAt: "2026-11-23T10:06:00.000Z",
    config: {
      clusterName: "mirror.k8s.example.com",
      fromVersion: "1.34.3",
      toVersion: "1.35.0",
      intervals: {
        controlPlane: "8s",
        node: "8s",
        postDrainDelay: "2s",
        validationTimeout: "5m",
        drainTimeout: "2m",
        validateCount: 2,
      },
      objectives: { maxOutageMs: 1000, maxErrorRatio: 0.001, maxP99IncreaseMs: 50, maxP99IncreasePercent: 50 },
      load: {
        rate: 200,
        durationSeconds: 60,
        concurrency: 10,
        warmupSeconds: 5,
        cooldownSeconds: 5,
        requestTimeoutSeconds: 10,
      },
      productionNodes: 50,
    },
    baseline: run({ seed: 1, seconds: 60 }),
    upgrade: run({ seed: 2, seconds: 120, startMs: upgradeStartMs }),
    events: rollEvents(),
    landed: {
      landed: true,
      nodes: ["i-0c0ffee-new", "i-0a1b-new", "i-0a2b-new", "i-0a3b-new"].map((name) => ({
        name,
        kubeletVersion: "v1.35.0",
      })),
      pendingChanges: [],
    },
    checklist: [
      { name: "kube-dns", ok: true, detail: "2 of 2 ready" },
      { name: "kube-proxy", ok: true, detail: "4 of 4 ready" },
    ],
    roll: { ok: true },
    ...changes,
  };
}

/** An upgrade run with faults. */
export const upgradeWith = (faults: readonly Fault[], changes: Partial<LoadRun> = {}, seed = 2): LoadRun =>
  run({ seed, seconds: 120, startMs: upgradeStartMs, faults }, changes);
