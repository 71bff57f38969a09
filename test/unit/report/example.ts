import { collect } from "../../../analysis/columns.ts";
import type { RehearsalEvent } from "../../../analysis/events.ts";
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
      targetUrl: "http://lb.example.com/hostname",
      verbosity: 2,
      rollTimeoutMinutes: 120,
    },
    events: given.events,
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
