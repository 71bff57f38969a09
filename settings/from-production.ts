import { parseCidr } from "../kops/cidr.ts";
import { fitProblems, productionIdentity } from "../mirror/identity-check.ts";
import { valueAt } from "../mirror/path.ts";
import { nameOf } from "../mirror/production.ts";
import type { Production } from "../mirror/production.ts";
import { subnetsOf, withIpv6 } from "../mirror/rules/network.ts";
import { productionSizes } from "../mirror/sizes.ts";
import { shapesOf, subnetCidrs } from "../mirror/subnets.ts";
import { bucketOf, sameName } from "../preflight/production.ts";
import { mirrorSettings } from "./mirror-settings.ts";
import type { Problem } from "./problems.ts";
import type { ParsedSettings } from "./schema.ts";

type Parsed = Readonly<Partial<ParsedSettings>>;

/** Settings that say what the mirror is made of; with `production.source` its manifests say that. */
export const ofManifests = [
  "kubernetesVersion",
  "controlPlane",
  "nodes",
  "image",
  "networking",
  "authorization",
] as const;
/** Those of them without which there is no mirror. */
export const neededWithoutSource = ["kubernetesVersion", "controlPlane", "nodes"] as const;

/** The settings, with what production's manifests say where they say nothing. */
export function completed(parsed: Parsed, source: Production): Parsed {
  const production = parsed.production;
  if (!production) return parsed;
  const { clusterName, stateStore, zone, networkId, networkCidrs = [] } = productionIdentity(source);
  const identity = {
    clusterName,
    stateStore: stateStore ?? production.stateStore,
    zone: zone ?? production.zone,
    networkId: networkId ?? production.networkId,
    networkCidrs: [...new Set([...networkCidrs, ...production.networkCidrs])],
  };
  return {
    ...parsed,
    kubernetesVersion: parsed.kubernetesVersion ?? textAt(source, "kubernetesVersion")?.replace(/^v/, ""),
    channel: parsed.channel ?? textAt(source, "channel"),
    production: { ...production, ...identity, nodes: production.nodes ?? instances(source) },
  };
}

/** The most instances that production's groups may have: what a schedule must do for. */
function instances({ groups }: Production): number {
  const most = groups.map((group) => productionSizes(group)).map(({ minSize, maxSize }) => maxSize ?? minSize ?? 1);
  return Math.max(
    1,
    most.reduce((sum, size) => sum + size, 0),
  );
}

/** Everything in which the settings contradict production's manifests, or a mirror of them cannot be made. */
export function contradictions(given: Parsed, source: Production, region: string | undefined): Problem[] {
  const filled = completed(given, source);
  return [
    ...redundant(given, source),
    ...otherProduction(given, source),
    ...stateStore(given),
    ...nodes(given, source),
    ...zones(source, region),
    ...network(filled, source),
    ...fit(filled, source),
  ];
}

function redundant(given: Parsed, source: Production): Problem[] {
  const { kubernetesVersion: version } = given;
  const real = textAt(source, "kubernetesVersion")?.replace(/^v/, "");
  return ofManifests
    .filter((name) => name !== "kubernetesVersion" && given[name] !== undefined)
    .map((name) => problem(name, given[name], "goes against production.source, whose manifests say it; leave it out"))
    .concat(
      version === undefined || version === real
        ? []
        : [problem("kubernetesVersion", version, `is not what production runs: ${real ?? "nothing"}; leave it out`)],
    );
}

/** What the settings say of production besides must be true of it. */
function otherProduction({ production: given }: Parsed, source: Production): Problem[] {
  if (!given) return [];
  const real = productionIdentity(source);
  const same = { clusterName: sameName, zone: sameName, networkId: sameName, stateStore: sameBucket };
  return (Object.keys(same) as (keyof typeof same)[]).flatMap((name) => {
    const [said, is] = [given[name], real[name]];
    return said === undefined || is === undefined || same[name](said, is)
      ? []
      : [problem(`production.${name}`, said, `is not what production's manifests say: ${is}; leave it out`)];
  });
}

const sameBucket = (one: string, other: string): boolean => bucketOf(one) === bucketOf(other);

/** Production may be read from a copy; that must not be written to either. */
function stateStore({ stateStore: bucket, production }: Parsed): Problem[] {
  const from = production?.source ?? "";
  return bucket !== undefined && from.startsWith("s3://") && sameBucket(bucket, from)
    ? [problem("stateStore", bucket, "is where production is read from; the mirror's is deleted with it")]
    : [];
}

/** Karpenter's groups have no size that a schedule could be made for. */
function nodes({ production }: Parsed, { groups }: Production): Problem[] {
  const unsized = groups.filter((group) => {
    const { maxSize } = productionSizes(group);
    return maxSize === undefined && valueAt(group, ["spec", "manager"]) === "Karpenter";
  });
  return production?.nodes !== undefined || unsized.length === 0
    ? []
    : [
        problem(
          "production.nodes",
          undefined,
          `is missing; production's manifests do not say how many nodes Karpenter starts for ${unsized.map(nameOf).join(", ")}`,
        ),
      ];
}

function zones(source: Production, region: string | undefined): Problem[] {
  const elsewhere = subnetsOf(source.cluster)
    .map((subnet) => subnet["zone"])
    .filter((zone) => typeof zone === "string")
    .filter((zone) => region !== undefined && zone.slice(0, -1) !== region);
  return elsewhere.length === 0
    ? []
    : [problem("aws:region", region, `is not where production is: ${[...new Set(elsewhere)].join(", ")}`)];
}

function network({ network: net, dns }: Parsed, source: Production): Problem[] {
  if (!net || !parseCidr(net.cidr)) return [];
  const shapes = shapesOf(source.cluster);
  if (net.id === undefined && dns?.mode === "private" && withIpv6(source.cluster))
    return [
      problem(
        "dns.mode",
        dns.mode,
        "needs a VPC before kops makes one, as it does where production has IPv6; set new, existing or none, or network.id to a VPC with IPv6",
      ),
    ];
  const unknown = Object.keys(net.subnets ?? {}).filter((name) => !shapes.some((shape) => shape.name === name));
  const missing = shapes.filter(({ name, ipv4 }) => ipv4 && net.subnets !== undefined && !(name in net.subnets));
  if (unknown.length + missing.length > 0)
    return [
      ...unknown.map((name) =>
        problem(`network.subnets.${name}`, net.subnets?.[name], `names no subnet of production's: ${names(shapes)}`),
      ),
      ...missing.map(({ name }) => problem("network.subnets", net.subnets, `have none for production's ${name}`)),
    ];
  try {
    subnetCidrs(shapes, net);
    return [];
  } catch {
    return [problem("network.cidr", net.cidr, `is too small for production's subnets: ${names(shapes)}`)];
  }
}

const names = (shapes: readonly { name: string }[]): string => shapes.map(({ name }) => name).join(", ");

function fit({ clusterName, stateStore: bucket, network: net, dns }: Parsed, source: Production): Problem[] {
  if (!clusterName || !bucket || !net || !dns) return [];
  const mirror = mirrorSettings({ clusterName, stateStore: bucket, network: net, dns });
  return fitProblems(source, mirror).map(({ setting, value, what }) => problem(setting, value, what));
}

function textAt({ cluster }: Production, field: string): string | undefined {
  const value = valueAt(cluster, ["spec", field]);
  return typeof value === "string" ? value : undefined;
}

function problem(path: string, value: unknown, what: string): Problem {
  return { path: path.split("."), value, what };
}
