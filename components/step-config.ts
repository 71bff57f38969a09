import type { CostItem } from "../cost/inventory.ts";
import type { PriceList } from "../cost/prices.ts";
import { fidelityReport } from "../mirror/fidelity.ts";
import type { Tags } from "../ownership/tags.ts";
import { manifestObject } from "../preflight/manifest-objects.ts";
import type { AppSource } from "../rehearsal/app-manifests.ts";
import type { RehearsalConfig } from "../rehearsal/config.ts";
import { fidelityOfSettings, manifestsOf } from "../settings/manifests.ts";
import type { Settings } from "../settings/parse.ts";
import { forecastMinutes } from "./plan.ts";

/** What only Pulumi knows: outputs of other resources. */
export interface Resolved {
  /** `s3://bucket`. */
  readonly stateStore: string;
  /** Absent: kops makes the VPC, or the settings name one. */
  readonly networkId?: string | undefined;
  /** Whose the mirror is, and the tags of all of it, see `Ownership`. Default: nobody's, and the settings' tags. */
  readonly owner?: string | undefined;
  readonly tags?: Tags | undefined;
  /** Where requests go; empty until the app is deployed. */
  readonly targetUrl?: string;
  /** Fingerprint of what is deployed, see `appFingerprint`. */
  readonly app?: string;
  /** What the mirror is made of that costs money. */
  readonly costItems?: readonly CostItem[];
}

/** Values of fields that a step has no use for; constant, so that a change of the setting does not run the step again. */
const unused = {
  load: { rate: 1, durationSeconds: 1, concurrency: 1, warmupSeconds: 0, cooldownSeconds: 0, requestTimeoutSeconds: 1 },
  objectives: { maxOutageMs: 0, maxErrorRatio: 0, maxP99IncreaseMs: 0, maxP99IncreasePercent: 0 },
  intervals: {
    controlPlane: "15s",
    node: "15s",
    postDrainDelay: "5s",
    validationTimeout: "15m",
    drainTimeout: "15m",
    validateCount: 1,
  },
} satisfies Partial<RehearsalConfig>;

/**
 * For `own` and `delete`: which cluster it is and nothing more.
 * What is in here identifies the cluster: a change means another cluster, so the old one is deleted.
 */
export function ownConfig(
  settings: Settings,
  { stateStore, owner }: Pick<Resolved, "stateStore" | "owner">,
): RehearsalConfig {
  return {
    ...unused,
    stack: settings.stack,
    runsDir: runsDir(settings),
    clusterName: settings.clusterName,
    stateStore,
    ...(owner === undefined ? {} : { owner }),
    region: settings.region,
    fromVersion: "",
    toVersion: "",
    channel: "",
    manifests: [],
    targetUrl: "",
    verbosity: 0,
    rollTimeoutMinutes: 1,
    productionNodes: 1,
    order: "staged",
    skewProbe: false,
  };
}

/**
 * For `apply` and `kubeconfig`: the mirror at the version that production runs.
 * It knows neither the target version nor the load, so changing them leaves the cluster alone.
 */
export function createConfig(settings: Settings, resolved: Resolved): RehearsalConfig {
  const { channel, kubernetesVersion, sshPublicKey, apiServer, intervals } = settings;
  return {
    ...ownConfig(settings, resolved),
    fromVersion: kubernetesVersion,
    toVersion: kubernetesVersion,
    channel,
    ...(apiServer === undefined ? {} : { apiServer }),
    ...(sshPublicKey === undefined ? {} : { sshPublicKey }),
    manifests: manifestsOf(settings, { networkId: resolved.networkId, tags: resolved.tags }),
    intervals: { ...unused.intervals, validationTimeout: intervals.validationTimeout },
  };
}

/**
 * For `preflight`: what the mirror is to be, as far as it is known before anything of it exists.
 *
 * @param sources manifests of the user's own service; of these only what the checks look at is handed on
 */
export function preflightConfig(settings: Settings, sources: readonly AppSource[], owner?: string): RehearsalConfig {
  const { network, dns, tags, app, production, preflight, stateStore } = settings;
  const objects = sources.flatMap(({ from, manifests }) => manifests.map((manifest) => manifestObject(from, manifest)));
  return {
    ...ownConfig(settings, { stateStore: `s3://${stateStore}`, owner }),
    fromVersion: settings.kubernetesVersion,
    toVersion: settings.targetVersion,
    ...(settings.apiServer === undefined ? {} : { apiServer: settings.apiServer }),
    manifests: manifestsOf(settings),
    production: productionIdentity(settings),
    preflight: {
      network: { id: network.id, cidr: network.cidr },
      dns: { mode: dns.mode, zone: dns.zone },
      tags: { ...tags },
      adminAccess: [...settings.adminAccess],
      ...(sources.length === 0 ? { appReplicas: app.replicas } : {}),
      objects,
      kubeconfig: production.kubeconfig,
      forecastMinutes: forecastMinutes(settings).least,
      accept: [...preflight.accept],
    },
  };
}

/** For `baseline`, `upgrade` and `verdict`: all there is. The three have the same, since they are one run. */
export function runConfig(settings: Settings, resolved: Resolved): RehearsalConfig {
  const {
    load,
    objectives,
    verbosity,
    rollTimeoutMinutes,
    production,
    targetVersion,
    prices,
    order,
    skewProbe,
    onBlocked,
    attempt,
  } = settings;
  const { search, ...intervals } = settings.intervals;
  const fidelity = fidelityOfSettings(settings);
  return {
    ...createConfig(settings, resolved),
    toVersion: targetVersion,
    targetUrl: resolved.targetUrl ?? "",
    load,
    objectives,
    intervals,
    verbosity,
    onBlocked,
    rollTimeoutMinutes,
    productionNodes: production.nodes,
    production: productionIdentity(settings),
    ...(fidelity === undefined ? {} : { fidelity: fidelityReport(fidelity) }),
    ...(resolved.costItems === undefined
      ? {}
      : { cost: { items: [...resolved.costItems], prices: structuredClone(prices) as PriceList[] } }),
    order,
    skewProbe,
    ...(attempt === 1 ? {} : { attempt }),
    ...(resolved.app === undefined ? {} : { app: resolved.app }),
    ...(search === undefined ? {} : { search }),
  };
}

/** What production is known by, for the guards of the steps. */
export function productionIdentity({ production }: Settings): NonNullable<RehearsalConfig["production"]> {
  const { clusterName, stateStore, zone, networkId, networkCidrs } = production;
  return { clusterName, stateStore, zone, networkId, networkCidrs: [...networkCidrs] };
}

/** For `revert`, which belongs to the same run. */
export function revertConfig(settings: Settings, config: RehearsalConfig): RehearsalConfig {
  const { rehearseRevert: when, revertAfterNodes: afterNodes } = settings;
  return when === "never" ? config : { ...config, revert: { when, afterNodes } };
}

/** Where the runs of the stack are, relative to the project. */
export function runsDir({ stack }: Settings): string {
  return `.rehearsal/${stack}`;
}
