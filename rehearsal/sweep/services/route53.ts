import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourcesCommand,
  paginateListHostedZones,
  type HostedZone,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import type { Found } from "../../../ownership/found.ts";
import { ownershipOf } from "../../../ownership/tags.ts";
import { sameName } from "../../../preflight/production.ts";
import type { Clients } from "../clients.ts";
import { tagsOf } from "../../tag-list.ts";
import { batches, unlessGone, type Service } from "../service.ts";

const tagsPerCall = 10;
const changesPerCall = 100;
const plainId = (id: string | undefined): string => (id ?? "").replace("/hostedzone/", "");
const plainName = (name: string | undefined): string => (name ?? "").replace(/\.$/, "");

async function allZones(client: Route53Client): Promise<HostedZone[]> {
  const zones: HostedZone[] = [];
  for await (const { HostedZones = [] } of paginateListHostedZones({ client }, {})) zones.push(...HostedZones);
  return zones;
}

async function find({ dns: client }: Clients): Promise<Found[]> {
  const names = new Map((await allZones(client)).map(({ Id, Name }) => [plainId(Id), plainName(Name)]));
  const found: Found[] = [];
  for (const ResourceIds of batches([...names.keys()], tagsPerCall)) {
    const command = new ListTagsForResourcesCommand({ ResourceType: "hostedzone", ResourceIds });
    for (const { ResourceId: id = "", Tags } of (await client.send(command)).ResourceTagSets ?? [])
      found.push({ kind: "hosted-zone", id, name: names.get(id) ?? id, tags: tagsOf(Tags) });
  }
  return found;
}

/** What kops and its components write into a zone, before the cluster's name. */
const recordsOfCluster = ["api", "api.internal", "kops-controller.internal", "bastion"];

/**
 * Records have no tags. A mirror's are, in zones that are not its own: those of exactly the names that kops gives them,
 * and the delegation to exactly the name servers of the mirror's zone.
 *
 * @param marked all that carries the tag of an owner
 */
export async function recordsOf({ dns: client }: Clients, marked: readonly Found[]): Promise<Found[]> {
  const own = marked.filter(({ kind }) => kind === "hosted-zone");
  const clusters = new Map(marked.map(({ tags }) => [ownershipOf(tags)?.cluster ?? "", tags]));
  clusters.delete("");
  const found: Found[] = [];
  for (const zone of await allZones(client)) {
    const id = plainId(zone.Id);
    if (own.some((one) => one.id === id)) continue;
    const parentOf = (name: string): boolean => name.endsWith(`.${plainName(zone.Name)}`);
    const wanted = [
      ...[...clusters]
        .filter(([cluster]) => parentOf(cluster))
        .flatMap(([cluster, tags]) => recordsOfCluster.map((part) => ({ name: `${part}.${cluster}`, tags, zone: "" }))),
      ...own.filter(({ name }) => parentOf(name)).map(({ name, tags, id: child }) => ({ name, tags, zone: child })),
    ];
    if (wanted.length === 0) continue;
    for (const record of await recordsIn(client, id)) {
      const name = plainName(record.Name);
      for (const match of wanted.filter((one) => sameName(one.name, name))) {
        const isDelegation = match.zone !== "";
        if (isDelegation && !(await delegatesTo(client, record, match.zone))) continue;
        found.push({
          kind: "dns-record",
          id: [id, record.Type, name].join(" "),
          name: `${record.Type} ${name}`,
          tags: match.tags,
        });
      }
    }
  }
  return found;
}

async function delegatesTo(client: Route53Client, record: ResourceRecordSet, zone: string): Promise<boolean> {
  if (record.Type !== "NS") return false;
  const { DelegationSet } = await client.send(new GetHostedZoneCommand({ Id: zone }));
  const servers = new Set((DelegationSet?.NameServers ?? []).map(plainName));
  const values = (record.ResourceRecords ?? []).map(({ Value }) => plainName(Value));
  return values.length > 0 && values.every((value) => servers.has(value));
}

async function recordsIn(client: Route53Client, HostedZoneId: string): Promise<ResourceRecordSet[]> {
  const records: ResourceRecordSet[] = [];
  let next: Pick<ResourceRecordSet, "Name" | "Type" | "SetIdentifier"> | undefined;
  do {
    const page = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId,
        StartRecordName: next?.Name,
        StartRecordType: next?.Type,
        StartRecordIdentifier: next?.SetIdentifier,
      }),
    );
    records.push(...(page.ResourceRecordSets ?? []));
    next = page.IsTruncated
      ? { Name: page.NextRecordName, Type: page.NextRecordType, SetIdentifier: page.NextRecordIdentifier }
      : undefined;
  } while (next !== undefined);
  return records;
}

async function deleteRecords(client: Route53Client, HostedZoneId: string, records: readonly ResourceRecordSet[]) {
  for (const some of batches(records, changesPerCall)) {
    const Changes = some.map((ResourceRecordSet) => ({ Action: "DELETE" as const, ResourceRecordSet }));
    await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  }
}

/** Hosted zones with their records, and the mirror's records in zones of others. */
export const route53: Service = {
  find,
  remove: {
    "dns-record": ({ dns: client }, { id }) =>
      unlessGone(async () => {
        const [zone = "", type = "", name = ""] = id.split(" ");
        const records = await recordsIn(client, zone);
        await deleteRecords(
          client,
          zone,
          records.filter(({ Type, Name }) => Type === type && sameName(Name ?? "", name)),
        );
      }),
    "hosted-zone": ({ dns: client }, { id, name }) =>
      unlessGone(async () => {
        const isZones = ({ Type, Name }: ResourceRecordSet): boolean =>
          (Type === "NS" || Type === "SOA") && sameName(Name ?? "", name);
        await deleteRecords(
          client,
          id,
          (await recordsIn(client, id)).filter((record) => !isZones(record)),
        );
        await client.send(new DeleteHostedZoneCommand({ Id: id }));
      }),
  },
};
