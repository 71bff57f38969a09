import { collect } from "../../../analysis/columns.ts";
import type { RehearsalEvent } from "../../../analysis/events.ts";
import type { Verdict } from "../../../analysis/verdict-schema.ts";
import { judge } from "../../../analysis/judge.ts";
import type { JudgeInput } from "../../../analysis/judge-input.ts";
import type { ReportData } from "../../../report/data.ts";
import { buildSeries } from "../../../report/series.ts";
import { input, upgradeStartMs, upgradeWith } from "../analysis/synthetic.ts";

/** A report of a synthetic run; without changes a sound one. */
export function reportData(changes: Partial<JudgeInput> = {}): ReportData {
  const given = input(changes);
  const baseline = { ...given.baseline, samples: collect(given.baseline.samples) };
  const upgrade = { ...given.upgrade, samples: collect(given.upgrade.samples) };
  return {
    verdict: judge({ ...given, baseline, upgrade }),
    config: {
      ...given.config,
      stack: "local",
      stateStore: "s3://rehearsal-local-state-store",
      channel: "stable",
      manifests: [],
      targetUrl: "http://lb.example.com/hostname",
      order: "staged",
      verbosity: 2,
      rollTimeoutMinutes: 120,
    },
    events: given.events,
    actions: [],
    series: buildSeries(baseline, upgrade),
    dryRuns: [
      {
        title: "kops update cluster",
        command: "kops update cluster --name mirror.k8s.example.com",
        output: "Will modify resources:\n  LaunchTemplate/nodes <b>&amp;\n",
      },
    ],
    commands: ["kops replace -f cluster.yaml --force", "kops update cluster mirror.k8s.example.com --yes"],
    toolVersions: { kops: "1.35.0", k6: "1.8.1", pulumi: "3.259.0", kubectl: "1.35.4" },
  };
}

/** A roll with an interruption over budget, one within, and one target of three failing for a while. */
export function badData(): ReportData {
  const both = ["fresh", "kept"] as const;
  const refused: RehearsalEvent = {
    time: new Date(upgradeStartMs + 61_500).toISOString(),
    phase: "nodes",
    kind: "eviction-refused",
    node: "i-0a2b",
    pod: "default/web-2",
    message: "PodDisruptionBudget default/web allows no disruption of default/web-2",
  };
  return reportData({
    events: [...input().events, refused],
    upgrade: upgradeWith([
      { atMs: 36_500, forMs: 1840, habits: both, outcome: "refused" },
      { atMs: 62_000, forMs: 900, habits: ["kept"], share: 1 / 3, outcome: "reset" },
      { atMs: 87_000, forMs: 1400, habits: both, addMs: "end" },
    ]),
  });
}

/** A verdict with every part that a run can add. */
export function withEverything(verdict: Verdict): Verdict {
  const attempt = {
    intervals: { controlPlane: "15s", node: "15s" },
    postDrainDelay: "5s",
    maxSurge: null,
    verdict: "UNSAFE",
    longestMs: 1840,
    interruptions: 2,
    p99Ms: 279,
    failed: 368,
    requests: 23_000,
    mirrorMinutes: 1.8,
    productionMinutes: 22.5,
  } as const;
  const gentler = {
    intervals: { controlPlane: "1m", node: "1m" },
    longestMs: 0,
    interruptions: 0,
    p99Ms: 12.1,
    failed: 0,
    productionMinutes: 72.5,
  };
  return {
    ...verdict,
    cost: {
      currency: "USD",
      region: "us-east-1",
      hours: 0.061,
      usd: 0.08,
      usdPerHour: 1,
      lines: [
        { what: "3 nodes", item: "instance/m5.xlarge", quantity: 3, usdPerHour: 0.192, usd: 0.04, source: "a list" },
        { what: "a disk", item: "volume/gp9", quantity: 1, usdPerHour: null, usd: null, source: "no price is known" },
      ],
      unknown: 1,
      notCounted: "traffic",
    },
    fidelity: {
      fields: 120,
      mirrored: 100,
      scaled: 4,
      replaced: 10,
      waived: 2,
      notMirrored: 4,
      unknown: 1,
      unwaived: [
        {
          object: "InstanceGroup gpu",
          field: "spec.machineType",
          why: "no such group in the mirror",
          changedBy: "the new image has another driver",
        },
      ],
    },
    search: {
      attempts: [attempt, { ...attempt, ...gentler, maxSurge: 2, verdict: "SAFE" }],
      chosen: 1,
      ended: "a roll that disturbs nothing was found",
      remedies: ["pods of web have no preStop hook: they stop while load balancers still send them requests. Add one"],
    },
    revert: {
      when: "midRoll",
      from: verdict.toVersion,
      to: verdict.fromVersion,
      ok: true,
      error: null,
      nodes: 4,
      minutes: 2.1,
      verdict: "SAFE",
      reasons: ["nothing failed"],
      requests: 25_000,
      failed: 3,
      interruptions: 1,
      longestMs: 40,
    },
  };
}
