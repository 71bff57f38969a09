import { homedir } from "node:os";
import { discoveryStoreOf, serviceAccounts } from "../../mirror/service-accounts.ts";
import { known } from "../../preflight/fact.ts";
import type { Facts, Intent } from "../../preflight/facts.ts";
import { mirrorShape } from "../../preflight/mirror.ts";
import { bucketOf } from "../../preflight/production.ts";
import { preflightReport, type PreflightReport } from "../../preflight/report.ts";
import { runChecks } from "../../preflight/run.ts";
import { resolvePath } from "../../settings/paths.ts";
import type { RehearsalConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { awsFacts } from "./aws.ts";
import { awsClients, type Clients } from "./clients.ts";
import { kopsVersion } from "./kops-version.ts";
import { productionFacts } from "./production.ts";

/** Gathers the facts and goes through the checks. Nothing is written, neither on AWS nor in production. */
export async function preflight(config: RehearsalConfig, now = new Date()): Promise<PreflightReport> {
  const { preflight: asked, clusterName, region } = config;
  if (asked === undefined)
    throw new UsageError("The step preflight was not told what to look at: its settings have no `preflight`.");
  const clients = awsClients(region);
  try {
    const facts = await gather(config, asked, clients);
    return preflightReport(clusterName, runChecks(facts, now), asked.accept, now);
  } finally {
    clients.close();
  }
}

async function gather(
  config: RehearsalConfig,
  asked: NonNullable<RehearsalConfig["preflight"]>,
  clients: Clients,
): Promise<Facts> {
  const intent = intentOf(config, asked);
  const kubeconfig =
    asked.kubeconfig && resolvePath(asked.kubeconfig, { homeDir: homedir(), projectDir: process.cwd() });
  const [aws, production, kops] = await Promise.all([
    awsFacts(intent, clients),
    productionFacts(kubeconfig),
    kopsVersion(config.clusterName),
  ]);
  return { intent, aws, production, kopsVersion: kops, manifests: known(asked.objects) };
}

function intentOf(config: RehearsalConfig, asked: NonNullable<RehearsalConfig["preflight"]>): Intent {
  const { stack, clusterName, stateStore, region, fromVersion, toVersion, manifests, production, owner } = config;
  const { network, dns, tags, adminAccess, appReplicas, forecastMinutes } = asked;
  const discovery = discoveryStoreOf(manifests);
  return {
    ...{
      stack,
      clusterName,
      region,
      fromVersion,
      toVersion,
      network,
      dns,
      tags,
      adminAccess,
      appReplicas,
      forecastMinutes,
      owner,
    },
    bucket: bucketOf(stateStore),
    apiServer: config.apiServer,
    mirror: mirrorShape(manifests),
    discoveryBucket: discovery === undefined ? undefined : bucketOf(discovery),
    serviceAccounts: serviceAccounts(manifests),
    production: production ?? { clusterName: "" },
  };
}
