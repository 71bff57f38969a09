import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  type HostedZone,
} from "@aws-sdk/client-route-53";
import { known } from "../../preflight/fact.ts";
import type { AwsFacts, Owner } from "../../preflight/facts.ts";
import { sameName } from "../../preflight/production.ts";
import { ask, type CallOptions } from "./ask.ts";
import type { Clients } from "./clients.ts";
import { ownerOf } from "./owner.ts";

type Facts = Pick<AwsFacts, "zones" | "records">;

/** The hosted zones of a name with their owners, and the records that a cluster of the mirror's name has in them. */
export async function hostedZones({ route53 }: Clients, zone: string | undefined, clusterName: string): Promise<Facts> {
  if (zone === undefined) return { zones: known([]), records: known([]) };
  const found = await ask("route53:ListHostedZonesByName", (options) => zonesNamed(route53, zone, options));
  if (!found.known) return { zones: found, records: found };
  const [zones, records] = await Promise.all([
    ask("route53:ListTagsForResource", (options) =>
      Promise.all(found.value.map(async (it) => ({ ...it, owner: await zoneOwner(route53, it.id, options) }))),
    ),
    ask("route53:ListResourceRecordSets", async (options) =>
      (await Promise.all(found.value.map(({ id }) => recordsUnder(route53, id, clusterName, options)))).flat(),
    ),
  ]);
  return { zones, records };
}

async function zonesNamed(
  route53: Clients["route53"],
  name: string,
  options: CallOptions,
): Promise<{ id: string; private: boolean }[]> {
  const all: HostedZone[] = [];
  let from: { DNSName?: string | undefined; HostedZoneId?: string | undefined } = { DNSName: name };
  for (;;) {
    // In the order of their names: those of this one come first, one after the other.
    const page = await route53.send(new ListHostedZonesByNameCommand(from), options);
    const zones = page.HostedZones ?? [];
    all.push(...zones.filter((zone) => sameName(zone.Name ?? "", name)));
    if (page.IsTruncated !== true || !sameName(page.NextDNSName ?? "", name)) break;
    from = { DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId };
  }
  return all.map(({ Id = "", Config }) => ({
    id: Id.replace("/hostedzone/", ""),
    private: Config?.PrivateZone === true,
  }));
}

async function zoneOwner(
  route53: Clients["route53"],
  ResourceId: string,
  options: CallOptions,
): Promise<Owner | undefined> {
  const command = new ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId });
  return ownerOf((await route53.send(command, options)).ResourceTagSet?.Tags);
}

/** Names of the cluster's own records; they are neighbours in the order in which Route 53 lists. */
async function recordsUnder(
  route53: Clients["route53"],
  HostedZoneId: string,
  clusterName: string,
  options: CallOptions,
): Promise<string[]> {
  const command = new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName: clusterName });
  const { ResourceRecordSets = [] } = await route53.send(command, options);
  const names = ResourceRecordSets.map(({ Name = "" }) => Name);
  return [...new Set(names.filter((name) => isUnder(name, clusterName)))];
}

function isUnder(name: string, clusterName: string): boolean {
  return name.replace(/\.$/, "").toLowerCase().endsWith(`.${clusterName.toLowerCase()}`);
}
