import { contains, formatCidr } from "../kops/cidr.ts";
import { clashes, sameName } from "../preflight/production.ts";
import type { ProductionIdentity } from "../preflight/production.ts";
import { identifiersOf } from "./identifiers.ts";
import { valueAt } from "./path.ts";
import { nameOf } from "./production.ts";
import type { Production } from "./production.ts";
import type { MirrorSettings } from "./settings.ts";
import { placeOf } from "./versions.ts";

/** What production is known by, from its manifests. */
export function productionIdentity(production: Production): ProductionIdentity {
  const { buckets, networks } = identifiersOf(production);
  return {
    clusterName: nameOf(production.cluster),
    stateStore: stateStoreOf(production) ?? (buckets[0] === undefined ? undefined : `s3://${buckets[0]}`),
    zone: textAt(production, "spec.dnsZone"),
    networkId: textAt(production, "spec.networkID"),
    // What is part of another one says nothing more.
    networkCidrs: networks
      .filter((range) => !networks.some((other) => other !== range && contains(other, range)))
      .map(formatCidr),
  };
}

/** Where kops finds the cluster under its name: the folder above its own. */
function stateStoreOf(production: Production): string | undefined {
  const base = textAt(production, "spec.configBase")?.replace(/\/+$/, "");
  const folder = `/${nameOf(production.cluster)}`;
  return base?.startsWith("s3://") && base.endsWith(folder) ? base.slice(0, -folder.length) : undefined;
}

/** A setting of the mirror that is production's, or does not go with what production is. */
export interface IdentityProblem {
  /** As the stack's settings call it: `dns.zone`. */
  readonly setting: string;
  readonly value: string | undefined;
  /** Half a sentence that goes on from the value. */
  readonly what: string;
}

/** Everything about a mirror's identity that is production's, or that does not go with what production is. */
export function identityProblems(production: Production, mirror: MirrorSettings): IdentityProblem[] {
  const own = {
    clusterName: mirror.name,
    stateStore: mirror.stateStore,
    zone: mirror.dnsZone,
    networkId: mirror.network.id,
    networkCidr: mirror.network.cidr,
    tags: mirror.tags,
  };
  const found = clashes(own, productionIdentity(production)).map(({ setting, value, what }) => ({
    setting,
    value,
    what,
  }));
  const distinct = new Map([...found, ...fitProblems(production, mirror)].map((it) => [problemText(it), it]));
  return [...distinct.values()];
}

/** What does not go with what production is: a name under production's, a way to find the API server. */
export function fitProblems(production: Production, mirror: MirrorSettings): IdentityProblem[] {
  const name = nameOf(production.cluster);
  const under = !sameName(mirror.name, name) && mirror.name.toLowerCase().endsWith(`.${name.toLowerCase()}`);
  return [
    ...(under ? [{ setting: "clusterName", value: mirror.name, what: `is under production's name ${name}` }] : []),
    ...dnsProblems(name, textAt(production, "spec.topology.dns.type"), mirror),
  ];
}

/** `dns.zone: example.com is …`. */
export function problemText({ setting, value, what }: IdentityProblem): string {
  return `${setting}: ${value === undefined ? "" : `${value} `}${what}`;
}

function dnsProblems(name: string, type: string | undefined, mirror: MirrorSettings): IdentityProblem[] {
  const clusterName = (what: string): IdentityProblem[] => [{ setting: "clusterName", value: mirror.name, what }];
  const gossip = name.endsWith(".k8s.local");
  if (gossip !== mirror.name.endsWith(".k8s.local"))
    return clusterName(
      gossip
        ? "does not end in .k8s.local, as it has to when production finds its API server by gossip"
        : "ends in .k8s.local, which makes kops use gossip; production does not",
    );
  if (gossip || (mirror.dnsType ?? type)?.toLowerCase() === "none") return [];
  if (mirror.dnsZone === undefined)
    return [
      {
        setting: "dns.zone",
        value: undefined,
        what: "is missing; production has DNS records, so the mirror needs a zone",
      },
    ];
  // A zone may be given by its id, too.
  const isUnder =
    !mirror.dnsZone.includes(".") || mirror.name.toLowerCase().endsWith(`.${mirror.dnsZone.toLowerCase()}`);
  return isUnder ? [] : clusterName(`is not under the hosted zone ${mirror.dnsZone}`);
}

function textAt({ cluster }: Production, field: string): string | undefined {
  const value = valueAt(cluster, placeOf(String(cluster["apiVersion"]), field.split(".")));
  return typeof value === "string" ? value : undefined;
}
