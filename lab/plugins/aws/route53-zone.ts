import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  DisassociateVPCFromHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  UpdateHostedZoneCommentCommand,
  type ResourceRecordSet,
  type Route53Client,
  type VPC,
  type VPCRegion,
} from "@aws-sdk/client-route-53";
import { randomUUID } from "node:crypto";
import { stringAt, type Props, type Value } from "../provider/values.ts";
import { unlessGone, waitUntil } from "./errors.ts";
import type { AwsResource, Call } from "./resource.ts";
import { allTags, tagChanges, tagList, tagMap, tagOutputs, tagsOf } from "./tags.ts";

const changeLimitMs = 10 * 60_000;
const batch = 100;

/** `/hostedzone/Z1` and `/change/C1` as `Z1` and `C1`. */
export function shortId(id: string | undefined): string {
  return (id ?? "").split("/").at(-1) ?? "";
}

/** Waits until all name servers of Route 53 know a change. */
export async function inSync(call: Call, client: Route53Client, change: string | undefined): Promise<void> {
  const id = shortId(change);
  if (id === "") return;
  const patience = { limitMs: changeLimitMs, signal: call.signal, onWait: (text: string) => call.log.status(text) };
  await waitUntil("Route 53 has taken over the change", patience, async () => {
    const answer = await client.send(new GetChangeCommand({ Id: id }));
    return answer.ChangeInfo?.Status === "INSYNC";
  });
}

/** Every record set of a zone. */
export async function recordsOf(client: Route53Client, zoneId: string): Promise<ResourceRecordSet[]> {
  const records: ResourceRecordSet[] = [];
  for (let start = {}; ;) {
    const page = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...start }));
    records.push(...(page.ResourceRecordSets ?? []));
    if (page.IsTruncated !== true) return records;
    start = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}

function vpcsOf(call: Call, props: Props): VPC[] {
  const vpcs = props["vpcs"];
  return (Array.isArray(vpcs) ? vpcs : []).map((item: Value) => ({
    VPCId: stringAt(item, ["vpcId"]) ?? "",
    VPCRegion: (stringAt(item, ["vpcRegion"]) ?? call.aws.region({})) as VPCRegion,
  }));
}

/** Takes away what kops and others have put there; the zone's own NS and SOA records go with the zone. */
async function emptyZone(call: Call, client: Route53Client, zoneId: string, name: string): Promise<void> {
  const own = (record: ResourceRecordSet): boolean =>
    (record.Type === "NS" || record.Type === "SOA") && record.Name?.replace(/\.$/, "") === name.replace(/\.$/, "");
  const records = (await recordsOf(client, zoneId)).filter((record) => !own(record));
  for (let start = 0; start < records.length; start += batch) {
    const Changes = records
      .slice(start, start + batch)
      .map((ResourceRecordSet) => ({ Action: "DELETE" as const, ResourceRecordSet }));
    await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes } }));
    call.log.status(`${start + Changes.length} of ${records.length} records deleted from zone ${name}`);
  }
}

async function nameServers(
  client: Route53Client,
  zoneId: string,
  name: string,
  delegated?: string[],
): Promise<string[]> {
  if (delegated !== undefined && delegated.length > 0) return [...delegated].sort();
  // A private zone has no delegation set, but name servers all the same.
  const apex = (await recordsOf(client, zoneId)).find(
    (record) => record.Type === "NS" && record.Name?.replace(/\.$/, "") === name,
  );
  return (apex?.ResourceRecords ?? []).map((record) => (record.Value ?? "").replace(/\.$/, "")).sort();
}

const gone = ["NoSuchHostedZone"];

/** `aws:route53/zone:Zone`. */
export const zone: AwsResource = {
  inputs: ["name", "comment", "delegationSetId", "forceDestroy", "tags", "vpcs"],
  required: ["name"],
  replaceOn: [["name"], ["delegationSetId"]],
  tagged: true,

  async create(call, inputs) {
    const client = await call.aws.route53();
    const vpcs = vpcsOf(call, inputs);
    const delegationSet = stringAt(inputs, ["delegationSetId"]);
    const created = await client.send(
      new CreateHostedZoneCommand({
        Name: stringAt(inputs, ["name"]),
        CallerReference: randomUUID(),
        HostedZoneConfig: { Comment: stringAt(inputs, ["comment"]) ?? "", PrivateZone: vpcs.length > 0 },
        ...(vpcs[0] === undefined ? {} : { VPC: vpcs[0] }),
        ...(delegationSet === undefined ? {} : { DelegationSetId: delegationSet }),
      }),
    );
    return shortId(created.HostedZone?.Id);
  },

  async complete(call, id, inputs) {
    const client = await call.aws.route53();
    for (const VPC of vpcsOf(call, inputs).slice(1)) {
      const { ChangeInfo } = await client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: id, VPC }));
      await inSync(call, client, ChangeInfo?.Id);
    }
    const tags = allTags(call.aws.config.defaultTags, inputs);
    if (Object.keys(tags).length === 0) return;
    await client.send(
      new ChangeTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: id, AddTags: tagList(tags) }),
    );
  },

  async read(call, id, recorded) {
    const client = await call.aws.route53();
    const found = await unlessGone(gone, () => client.send(new GetHostedZoneCommand({ Id: id })));
    if (found === undefined) return undefined;
    const name = (found.HostedZone?.Name ?? "").replace(/\.$/, "");
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: id }));
    const servers = await nameServers(client, id, name, found.DelegationSet?.NameServers);
    const vpcs = (found.VPCs ?? []).map((vpc) => ({ vpcId: vpc.VPCId ?? "", vpcRegion: vpc.VPCRegion ?? "" }));
    return {
      name,
      zoneId: id,
      arn: `arn:aws:route53:::hostedzone/${id}`,
      comment: found.HostedZone?.Config?.Comment ?? "",
      delegationSetId: shortId(found.DelegationSet?.Id),
      forceDestroy: recorded["forceDestroy"] ?? false,
      nameServers: servers,
      primaryNameServer: servers[0] ?? "",
      ...(vpcs.length > 0 ? { vpcs } : {}),
      ...tagOutputs(tagMap(tags.ResourceTagSet?.Tags), call.aws.config.defaultTags, recorded),
    };
  },

  async update(call, id, inputs, before) {
    const client = await call.aws.route53();
    await client.send(new UpdateHostedZoneCommentCommand({ Id: id, Comment: stringAt(inputs, ["comment"]) ?? "" }));
    const [wanted, now] = [vpcsOf(call, inputs), vpcsOf(call, before)];
    const missing = (list: VPC[], from: VPC[]): VPC[] => list.filter((a) => !from.some((b) => a.VPCId === b.VPCId));
    // New ones first: a private zone must have one VPC at all times.
    for (const VPC of missing(wanted, now)) {
      await client.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: id, VPC }));
    }
    for (const VPC of missing(now, wanted)) {
      await client.send(new DisassociateVPCFromHostedZoneCommand({ HostedZoneId: id, VPC }));
    }
    const { set, remove } = tagChanges(tagsOf(before, "tagsAll"), allTags(call.aws.config.defaultTags, inputs));
    if (Object.keys(set).length === 0 && remove.length === 0) return;
    await client.send(
      new ChangeTagsForResourceCommand({
        ResourceType: "hostedzone",
        ResourceId: id,
        ...(Object.keys(set).length === 0 ? {} : { AddTags: tagList(set) }),
        ...(remove.length === 0 ? {} : { RemoveTagKeys: remove }),
      }),
    );
  },

  async delete(call, id, recorded) {
    const client = await call.aws.route53();
    await unlessGone(gone, async () => {
      if (recorded["forceDestroy"] === true) await emptyZone(call, client, id, stringAt(recorded, ["name"]) ?? "");
      await client.send(new DeleteHostedZoneCommand({ Id: id }));
    });
  },
};
