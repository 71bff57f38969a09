/**
 * The components in a Pulumi program of your own: it brings its settings itself, serves from a cluster that it rehearses
 * with, and decides what to do with the verdict. In a program outside of this repository import from
 * `kops-upgrade-rehearsal/…`, with this repository as a dependency.
 */
import * as pulumi from "@pulumi/pulumi";
import { LoadTest } from "../../components/load-test.ts";
import { MirrorCluster } from "../../components/mirror-cluster.ts";
import { upgradePlan } from "../../components/plan.ts";
import { Ownership } from "../../components/ownership.ts";
import { Prerequisites } from "../../components/prerequisites.ts";
import { RollingUpgrade } from "../../components/rolling-upgrade.ts";
import { SampleApp } from "../../components/sample-app.ts";
import { runConfig } from "../../components/step-config.ts";
import { Verdict } from "../../components/verdict.ts";
import { settingsOf } from "../../settings.ts";

const settings = await settingsOf({
  clusterName: "mirror.rehearsal.example.com",
  kubernetesVersion: "1.34.3",
  targetVersion: "1.35.0",
  stateStore: "example-own-rehearsal-state-store",
  controlPlane: { size: "m5.large", zones: ["us-east-1a"] },
  nodes: { size: "m5.xlarge", zones: ["us-east-1a", "us-east-1b"], count: 4 },
  network: { cidr: "10.96.0.0/16" },
  adminAccess: ["203.0.113.0/24"],
  dns: { mode: "none" },
  production: { clusterName: "prod.example.com", nodes: 50, networkCidrs: ["10.0.0.0/16"] },
});

const ownership = new Ownership("rehearsal-ownership", settings);
const { owner, tags } = ownership;
const prerequisites = new Prerequisites("rehearsal", { ...settings, tags });
const mirror = new MirrorCluster(
  "rehearsal-mirror",
  { settings, stateStore: prerequisites.stateStore, networkId: prerequisites.networkId, ownership },
  { dependsOn: [prerequisites] },
);
const app = new SampleApp("rehearsal-app", {
  app: settings.app,
  kubeconfig: mirror.kubeconfig,
  clusterIdentity: mirror.identity,
  clusterOwner: mirror.owner,
  tags,
});

const config = pulumi
  .all([prerequisites.stateStore, prerequisites.networkId, app.url, owner, tags])
  .apply(([stateStore, networkId, targetUrl, owner, tags]) =>
    runConfig(settings, { stateStore, networkId, targetUrl, owner, tags }),
  );
const baseline = new LoadTest("rehearsal-load", { config, load: settings.load }, { dependsOn: [mirror, app] });
const upgrade = new RollingUpgrade(
  "rehearsal-upgrade",
  { config, plan: upgradePlan(settings), rollTimeoutMinutes: settings.rollTimeoutMinutes },
  { dependsOn: [baseline] },
);
const result = new Verdict("rehearsal-verdict", { config, objectives: settings.objectives }, { dependsOn: [upgrade] });

/** Only a rehearsal that went well lets this program's own pipeline go on. */
export const mayUpgrade = result.verdict.apply((verdict) => verdict === "SAFE");
export const report = result.reportPath;
