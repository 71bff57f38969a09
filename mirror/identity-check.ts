import { formatCidr } from "../kops/cidr.ts";
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
    stateStore: buckets[0],
    zone: textAt(production, "spec.dnsZone"),
    networkId: textAt(production, "spec.networkID"),
    networkCidrs: networks.map(formatCidr),
  };
}

/** Everything about a mirror's identity that is production's, or that does not go with what production is. */
export function identityProblems(production: Production, mirror: MirrorSettings): string[] {
  const identity = productionIdentity(production);
  const name = nameOf(production.cluster);
  const own = {
    clusterName: mirror.name,
    stateStore: mirror.stateStore,
    zone: mirror.dnsZone,
    networkId: mirror.network.id,
    networkCidr: mirror.network.cidr,
    tags: mirror.tags,
  };
  const under = !sameName(mirror.name, name) && mirror.name.toLowerCase().endsWith(`.${name.toLowerCase()}`);
  return [
    ...new Set(clashes(own, identity).map(({ setting, value, what }) => `${setting}: ${value} ${what}`)),
    ...(under ? [`clusterName: ${mirror.name} is under production's name ${name}`] : []),
    ...dnsProblems(name, textAt(production, "spec.topology.dns.type"), mirror),
  ];
}

function dnsProblems(name: string, type: string | undefined, mirror: MirrorSettings): string[] {
  const gossip = name.endsWith(".k8s.local");
  if (gossip !== mirror.name.endsWith(".k8s.local"))
    return [
      gossip
        ? `clusterName: ${mirror.name} does not end in .k8s.local, as it has to when production finds its API server by gossip`
        : `clusterName: ${mirror.name} ends in .k8s.local, which makes kops use gossip; production does not`,
    ];
  if (gossip || (mirror.dnsType ?? type)?.toLowerCase() === "none") return [];
  if (mirror.dnsZone === undefined)
    return ["dns.zone: is missing; production has DNS records, so the mirror needs a zone"];
  // A zone may be given by its id, too.
  const isUnder =
    !mirror.dnsZone.includes(".") || mirror.name.toLowerCase().endsWith(`.${mirror.dnsZone.toLowerCase()}`);
  return isUnder ? [] : [`clusterName: ${mirror.name} is not under the hosted zone ${mirror.dnsZone}`];
}

function textAt({ cluster }: Production, field: string): string | undefined {
  const value = valueAt(cluster, placeOf(String(cluster["apiVersion"]), field.split(".")));
  return typeof value === "string" ? value : undefined;
}
