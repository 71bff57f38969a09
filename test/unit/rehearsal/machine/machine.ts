import { jest } from "@jest/globals";
import type { StepName } from "../../../../rehearsal/config.ts";
import type { Step } from "../../../../rehearsal/steps/step.ts";
import { clock, disk } from "./stage.ts";

const root = "../../../../rehearsal";

/**
 * The step machine and its steps as they are, on a disk that they can die on. Only what is outside of the program is made
 * up: kops, Kubernetes, AWS, k6, and what judges a measurement.
 */
export async function loadMachine() {
  const { fs, promises } = disk.modules();
  jest.unstable_mockModule("node:fs", () => fs);
  jest.unstable_mockModule("node:fs/promises", () => promises);
  jest.unstable_mockModule("node:timers/promises", () => clock.modules());
  Date.now = clock.now;
  const none = (): Promise<undefined> => Promise.resolve(undefined);
  const files = await import("../../../../rehearsal/files.ts");
  const { isReady, systemNode, systemPod, selects } = await import("../../../../rehearsal/cluster.ts");
  const leaves = await import("./leaves.ts");
  const made: Readonly<Record<string, object>> = {
    "kops.ts": await import("./kops.ts"),
    "cluster.ts": { Cluster: leaves.Cluster, isReady, systemNode, systemPod, selects },
    "skew-probe-group.ts": { nodeGroups: leaves.nodeGroups },
    "detached.ts": { terminateDetached: leaves.terminateDetached },
    "load/start.ts": { startLoad: leaves.loadStarter(files), k6Version: none },
    "load-run.ts": { readLoadRun: leaves.readLoadRun, servingFile: "serving.json" },
    "judge-roll.ts": { judgeRoll: leaves.judgeRoll },
    "render.ts": { judgeAndRender: leaves.judgeAndRenderer(files) },
    "preflight/run.ts": { preflight: leaves.preflight },
    "workload.ts": {
      workloadBefore: () => Promise.resolve(leaves.workload),
      lookAtWorkload: none,
      readyPods: () => Promise.resolve([]),
    },
    "watch/launches.ts": { whileLaunching: (_context: unknown, _next: string, work: () => unknown) => work() },
    "watch.ts": { ClusterWatch: leaves.ClusterWatch },
    "target.ts": { waitForTarget: none },
    "artifacts.ts": { copyToStateStore: none },
    "evidence/collect.ts": { keepEvidence: none },
    "unblock/unblocker.ts": { unblocker: none },
  };
  for (const [file, exports] of Object.entries(made)) jest.unstable_mockModule(`${root}/${file}`, () => exports);
  const { runStep } = await import("../../../../rehearsal/step-runner.ts");
  const { clusterVersion } = await import("../../../../rehearsal/cluster-version.ts");
  const steps: Readonly<Record<StepName, Step>> = {
    preflight: (await import("../../../../rehearsal/steps/preflight.ts")).preflightStep,
    own: (await import("../../../../rehearsal/steps/own.ts")).own,
    apply: (await import("../../../../rehearsal/steps/apply.ts")).apply,
    kubeconfig: (await import("../../../../rehearsal/steps/kubeconfig.ts")).kubeconfig,
    baseline: (await import("../../../../rehearsal/steps/baseline.ts")).baseline,
    upgrade: (await import("../../../../rehearsal/steps/upgrade.ts")).upgrade,
    revert: (await import("../../../../rehearsal/steps/revert.ts")).revert,
    verdict: (await import("../../../../rehearsal/steps/verdict.ts")).verdict,
    delete: (await import("../../../../rehearsal/steps/delete.ts")).deleteCluster,
  };
  return { runStep, clusterVersion, steps };
}
export type Machine = Awaited<ReturnType<typeof loadMachine>>;
