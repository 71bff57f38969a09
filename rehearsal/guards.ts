import { z } from "zod";
import type { Manifest } from "../kops/manifest.ts";
import { asV1alpha2 } from "../mirror/versions.ts";
import { clashes, sameName, type Clash, type MirrorIdentity } from "../preflight/production.ts";
import { productionSchema, productionVariable, type RehearsalConfig } from "./config.ts";
import { UsageError } from "./errors.ts";

type Production = z.infer<typeof productionSchema>;

const clusterSchema = z.object({
  kind: z.literal("Cluster"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    configBase: z.string().optional(),
    dnsZone: z.string().optional(),
    networkID: z.string().optional(),
    networkCIDR: z.string().optional(),
  }),
});

/**
 * Production's identity, from the environment.
 *
 * @throws UsageError when it is there and cannot be read: a guard that is blind must not let anything pass
 */
export function productionOf(env: NodeJS.ProcessEnv): Production | undefined {
  const text = env[productionVariable];
  if (text === undefined || text === "") return undefined;
  try {
    return productionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UsageError(`${productionVariable} does not hold production's identity as JSON.`, {
      details: [`It holds: ${text.slice(0, 200)}`],
      next: "`pulumi up` sets it; do not set it by hand",
      cause,
    });
  }
}

/**
 * Proves that what a step is about to touch is not production's, by its settings and by its manifests.
 *
 * @throws UsageError that names each setting with its value and production's
 */
export function refuseProduction(doing: string, config: RehearsalConfig, production: Production | undefined): void {
  const found = [...manifestClashes(config), ...(production === undefined ? [] : identityClashes(config, production))];
  if (found.length === 0) return;
  throw new UsageError(`Refused to ${doing} ${config.clusterName}: it is, or would touch, production.`, {
    details: found.map(
      ({ setting, value, against, productionValue, what }) =>
        `${setting}: ${value} ${what} (${against}: ${productionValue})`,
    ),
    next: `correct the settings of stack ${config.stack}; nothing was changed`,
  });
}

function identityClashes(config: RehearsalConfig, production: Production): Clash[] {
  const all = [{ clusterName: config.clusterName, stateStore: config.stateStore }, ...config.manifests.map(identity)];
  const found = all.flatMap((mirror) => clashes(mirror, production));
  const distinct = new Map(found.map((clash) => [JSON.stringify([clash.setting, clash.against]), clash]));
  return [...distinct.values()];
}

function identity(manifest: Manifest): MirrorIdentity {
  const parsed = clusterSchema.safeParse(asV1alpha2(manifest));
  if (!parsed.success) return {};
  const { metadata, spec } = parsed.data;
  return {
    clusterName: metadata.name,
    stateStore: spec.configBase,
    zone: spec.dnsZone,
    networkId: spec.networkID,
    networkCidr: spec.networkCIDR,
  };
}

const labelled = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) });

/** Manifests that name another cluster than the settings do would be written over that one. */
function manifestClashes({ manifests, clusterName }: RehearsalConfig): Clash[] {
  return manifests.flatMap((manifest) => {
    const cluster = clusterSchema.safeParse(manifest).data?.metadata.name;
    const group = labelled.safeParse(manifest).data?.metadata.labels["kops.k8s.io/cluster"];
    return [cluster, group]
      .filter((name) => name !== undefined)
      .filter((name) => !sameName(name, clusterName))
      .map((name) => ({
        setting: `manifests of ${name}`,
        value: name,
        against: "clusterName",
        productionValue: clusterName,
        what: "is another cluster than the one that the settings name",
      }));
  });
}
