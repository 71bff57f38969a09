import type { AwsFacts, Bucket, Intent } from "../../preflight/facts.ts";
import { known, unknown } from "../../preflight/fact.ts";
import { hasIpv6 } from "../../preflight/mirror.ts";
import { quotas, vcpuQuotaOf, type Market, type Quota } from "../../preflight/quotas.ts";
import { bucket } from "./bucket.ts";
import type { Clients } from "./clients.ts";
import { credentials } from "./credentials.ts";
import { hostedZones } from "./hosted-zones.ts";
import { identities } from "./identities.ts";
import { images } from "./images.ts";
import { instanceTypes, offerings } from "./instance-types.ts";
import { interruptions } from "./interruptions.ts";
import { limits } from "./limits.ts";
import { vpc } from "./network.ts";
import { tagged } from "./tagged.ts";
import { usage } from "./usage.ts";

/** What AWS says of the account and of what the mirror is to be. Everything is only read. */
export async function awsFacts(intent: Intent, clients: Clients): Promise<AwsFacts> {
  const { groups } = intent.mirror;
  const types = [...new Set(groups.flatMap(({ machineTypes }) => machineTypes))];
  const names = [...new Set(groups.flatMap(({ image }) => image ?? []))];
  const who = await credentials(clients);
  if (who.known && "refused" in who.value) return nothingOf(who, names, quotasOf(groups));
  const principal = who.known && "principal" in who.value ? who.value.principal : "these credentials";
  const zone = intent.dns.mode === "none" ? undefined : intent.dns.zone;
  const [offered, described, found, limit, inUse, network, store, keys, dns, there, roles, messages] =
    await Promise.all([
      offerings(clients, types),
      instanceTypes(clients, types),
      images(clients, names),
      limits(clients, quotasOf(groups)),
      usage(clients),
      vpc(clients, intent.network.id, hasIpv6(intent.mirror)),
      bucket(clients, intent.bucket, principal),
      intent.discoveryBucket === undefined
        ? known<Bucket>({ is: "free" })
        : bucket(clients, intent.discoveryBucket, principal),
      hostedZones(clients, zone, intent.clusterName),
      tagged(clients, intent.clusterName),
      identities(clients, intent),
      interruptions(clients, intent.clusterName),
    ]);
  return {
    credentials: who,
    offerings: offered,
    instanceTypes: described,
    images: found,
    quotas: limit,
    usage: inUse,
    vpc: network,
    bucket: store,
    discoveryBucket: keys,
    ...dns,
    tagged: there,
    identities: roles,
    interruptions: messages,
  };
}

function quotasOf(groups: Intent["mirror"]["groups"]): Quota[] {
  const vcpus = groups.flatMap(({ machineTypes, onDemand }) => {
    const markets: Market[] = onDemand.percentAbove < 100 ? ["on-demand", "spot"] : ["on-demand"];
    return markets.flatMap((market) => machineTypes.flatMap((type) => vcpuQuotaOf(type, market) ?? []));
  });
  const all = [...vcpus, ...Object.values(quotas)];
  return [...new Map(all.map((quota) => [quota.code, quota])).values()];
}

/** Without credentials there is nothing to ask. */
function nothingOf(who: AwsFacts["credentials"], images: readonly string[], asked: readonly Quota[]): AwsFacts {
  const no = unknown("AWS was not asked: there are no credentials that it accepts", "see the check credentials");
  return {
    credentials: who,
    offerings: no,
    instanceTypes: no,
    images: new Map(images.map((name) => [name, no])),
    quotas: new Map(asked.map(({ code }) => [code, no])),
    usage: {
      vcpus: no,
      gp3Gib: no,
      addresses: no,
      vpcs: no,
      internetGateways: no,
      networkLoadBalancers: no,
      natGateways: no,
    },
    vpc: no,
    bucket: no,
    discoveryBucket: no,
    zones: no,
    records: no,
    tagged: no,
    identities: no,
    interruptions: no,
  };
}
