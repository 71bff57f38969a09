import * as pulumi from "@pulumi/pulumi";
import { costItems } from "./components/cost.ts";
import { LoadTest } from "./components/load-test.ts";
import { MirrorCluster } from "./components/mirror-cluster.ts";
import { outlook, rollsIn, upgradePlan } from "./components/plan.ts";
import { Ownership } from "./components/ownership.ts";
import { Preflight } from "./components/preflight.ts";
import { Prerequisites } from "./components/prerequisites.ts";
import { Revert } from "./components/revert.ts";
import { RollingUpgrade } from "./components/rolling-upgrade.ts";
import { SampleApp } from "./components/sample-app.ts";
import { preflightConfig, revertConfig, runConfig, runsDir } from "./components/step-config.ts";
import { Verdict } from "./components/verdict.ts";
import { appSources, fixtureManifests } from "./rehearsal/app-manifests.ts";
import { appFingerprint } from "./rehearsal/app-fingerprint.ts";
import { lastMeasuredRun } from "./rehearsal/measured-run.ts";
import { readPriceTable } from "./rehearsal/price-table.ts";
import { readSettings } from "./settings.ts";
import { hasIpv6 } from "./settings/manifests.ts";

const settings = await readSettings();
const sources = await appSources(settings.app, settings.kubernetesVersion);
const manifests = sources.flatMap((source) => source.manifests);
const fixtures = fixtureManifests(settings);
const deployed = appFingerprint(settings.app, manifests, fixtures);
const items = costItems(settings, manifests);
const plan = outlook(
  settings,
  items,
  [...readPriceTable().lists, ...settings.prices],
  lastMeasuredRun(runsDir(settings)),
);

const ownership = new Ownership("ownership", settings);

const preflight = new Preflight("preflight", {
  config: ownership.owner.apply((owner) => preflightConfig(settings, sources, owner)),
});

const prerequisites = new Prerequisites(
  "prerequisites",
  { ...settings, networkOfKops: hasIpv6(settings), tags: ownership.tags },
  { dependsOn: [preflight] },
);

const mirror = new MirrorCluster(
  "mirror",
  { settings, stateStore: prerequisites.stateStore, networkId: prerequisites.networkId, ownership },
  { dependsOn: [prerequisites] },
);

const app = new SampleApp("app", {
  app: settings.app,
  manifests,
  fixtures,
  kubeconfig: mirror.kubeconfig,
  clusterIdentity: mirror.identity,
  clusterOwner: mirror.owner,
  tags: ownership.tags,
});

const config = pulumi
  .all([prerequisites.stateStore, prerequisites.networkId, app.url, ownership.owner, ownership.tags])
  .apply(([stateStore, networkId, targetUrl, owner, tags]) =>
    runConfig(settings, { stateStore, networkId, targetUrl, costItems: items, owner, tags, app: deployed }),
  );

const baseline = new LoadTest("load-test", { config, load: settings.load }, { dependsOn: [mirror, app] });

const { rollTimeoutMinutes, rehearseRevert } = settings;
const rolls = rollsIn(settings);
const wayBack = (after: pulumi.Resource): Revert =>
  new Revert(
    "revert",
    { config: config.apply((run) => revertConfig(settings, run)), rollTimeoutMinutes, rolls: rolls.wayBack },
    { dependsOn: [after] },
  );

const upgrade = new RollingUpgrade(
  "rolling-upgrade",
  { config, plan: upgradePlan(settings), rollTimeoutMinutes, rolls: rolls.upgrade },
  { dependsOn: [rehearseRevert === "midRoll" ? wayBack(baseline) : baseline] },
);

const result = new Verdict(
  "verdict",
  { config, objectives: settings.objectives },
  { dependsOn: [rehearseRevert === "after" ? wayBack(upgrade) : upgrade] },
);

export const { verdict, reasons, reportPath, runbookPath, intervals, schedule } = result;
export const clusterName = settings.clusterName;
export const stateStore = prerequisites.stateStore;
export const targetUrl = app.url;
export const kubeconfig = mirror.kubeconfig;
export { plan };
