import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { PolicyParameters } from "../iam/parameters.ts";
import { settingShapes } from "../settings/schema.ts";
import { UsageError } from "./errors.ts";
import { readIfThere } from "./files.ts";
import type { SourceOptions } from "./production/source.ts";

const prefix = "kops-upgrade-rehearsal:";
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) });
const { clusterName, stateStore, dns, network, permissionsBoundary, discoveryStore } = settingShapes;
const {
  source,
  clusterName: productionName,
  stateStore: productionStore,
  profile,
  region,
} = settingShapes.production.shape;
const policySettings = z.object({
  ...{ clusterName, stateStore, dns, network, permissionsBoundary, discoveryStore },
  region: z.string().min(1),
  production: z.object({ source, clusterName: productionName, stateStore: productionStore, profile, region }),
});

/** What of a stack's settings its policies depend on. */
export interface PolicySettings extends Omit<PolicyParameters, "account" | "pulumi" | "serviceAccounts"> {
  /** Where production's manifests are, and how they are read. */
  readonly source: { readonly from?: string | undefined } & SourceOptions;
}

/**
 * What of a stack's settings its policies depend on, from `Pulumi.<stack>.yaml` alone.
 *
 * @param dir the project's folder. Default: the current one
 * @throws UsageError when there is no such file, or with all that is wrong in these settings
 */
export async function readPolicySettings(stack: string, dir = "."): Promise<PolicySettings> {
  const file = `Pulumi.${stack}.yaml`;
  const text = await readIfThere(join(dir, file));
  if (text === undefined)
    throw new UsageError(`There is no ${file} here.`, {
      next: "run this in the project's folder, with the stack's name",
    });
  const { config } = stackFile.parse(parse(text) ?? {});
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  const region = config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  const given = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  const parsed = policySettings.safeParse({ region, ...given });
  if (!parsed.success)
    throw new UsageError(`${file} has no settings that policies can be made from.`, {
      details: parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
      next: "correct them; `pulumi preview` lists all that is wrong in a stack's settings, with examples",
    });
  return parameters(parsed.data);
}

function parameters(settings: z.infer<typeof policySettings>): PolicySettings {
  const { network: net, production, stateStore: bucket, dns: zone, ...rest } = settings;
  return {
    ...rest,
    bucket,
    dns: zone,
    networkId: net.id,
    // Whether production's API server has a load balancer is known to its manifests only.
    apiLoadBalancer: zone.mode === "none" || production.source !== undefined,
    production: folderOf(production),
    source: { from: production.source, profile: production.profile, region: production.region ?? settings.region },
  };
}

/** The cluster's folder in production's state store; undefined where its manifests are in a file, or nowhere. */
function folderOf({
  source: from,
  clusterName: name,
  stateStore: store,
}: z.infer<typeof policySettings>["production"]) {
  if (from !== undefined) return from.startsWith("s3://") ? from : undefined;
  return store === undefined || name === undefined ? undefined : `${store}/${name}`;
}
