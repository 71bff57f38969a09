import type { RehearsalConfig } from "../../../rehearsal/config.ts";

/** Settings of a small rehearsal, with some of them replaced. */
export function configOf(changes: Partial<RehearsalConfig> = {}): RehearsalConfig {
  return {
    stack: "test",
    runsDir: "/nowhere",
    clusterName: "mirror.k8s.example.com",
    stateStore: "s3://store",
    region: "us-east-1",
    fromVersion: "1.34.3",
    toVersion: "1.35.0",
    channel: "stable",
    manifests: [],
    targetUrl: "",
    load: {
      rate: 100,
      durationSeconds: 3,
      concurrency: 4,
      warmupSeconds: 0,
      cooldownSeconds: 1,
      requestTimeoutSeconds: 2,
    },
    objectives: { maxOutageMs: 1000, maxErrorRatio: 0.001, maxP99IncreaseMs: 50, maxP99IncreasePercent: 50 },
    intervals: {
      controlPlane: "15s",
      node: "15s",
      postDrainDelay: "5s",
      validationTimeout: "15m",
      drainTimeout: "15m",
      validateCount: 2,
    },
    verbosity: 0,
    rollTimeoutMinutes: 30,
    productionNodes: 50,
    order: "staged",
    skewProbe: false,
    ...changes,
  };
}
