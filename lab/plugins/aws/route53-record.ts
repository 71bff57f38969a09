import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  GetHostedZoneCommand,
  type ChangeAction,
  type ResourceRecordSet,
  type Route53Client,
  type RRType,
} from "@aws-sdk/client-route-53";
import { at, stringAt, type Props } from "../provider/values.ts";
import { unlessGone } from "./errors.ts";
import type { AwsResource, Call } from "./resource.ts";
import { inSync, shortId } from "./route53-zone.ts";

/** The full name of a record: within its zone unless it is one already. */
export function fullName(name: string, zoneName: string): string {
  const [record, zone] = [name, zoneName].map((text) => text.toLowerCase().replace(/\.$/, "")) as [string, string];
  if (record === "" || record === "@") return zone;
  return record === zone || record.endsWith(`.${zone}`) ? record : `${record}.${zone}`;
}

/** TXT and SPF values travel in quotes. */
export function quoted(type: string, value: string): string {
  return (type === "TXT" || type === "SPF") && !value.startsWith('"') ? `"${value}"` : value;
}

function unquoted(type: string, value: string): string {
  return type === "TXT" || type === "SPF" ? value.replace(/^"(.*)"$/, "$1") : value;
}

async function zoneName(client: Route53Client, zoneId: string): Promise<string> {
  const found = await client.send(new GetHostedZoneCommand({ Id: zoneId }));
  return found.HostedZone?.Name ?? "";
}

function recordSet(props: Props, name: string): ResourceRecordSet {
  const type = stringAt(props, ["type"]) ?? "";
  const alias = at(props, ["aliases", 0]);
  const identifier = stringAt(props, ["setIdentifier"]);
  const records = (Array.isArray(props["records"]) ? props["records"] : []).filter(
    (value) => typeof value === "string",
  );
  return {
    Name: name,
    Type: type as RRType,
    ...(identifier === undefined ? {} : { SetIdentifier: identifier }),
    ...(alias === undefined
      ? {
          TTL: typeof props["ttl"] === "number" ? props["ttl"] : 0,
          ResourceRecords: records.map((value) => ({ Value: quoted(type, value) })),
        }
      : {
          AliasTarget: {
            DNSName: stringAt(alias, ["name"]),
            HostedZoneId: stringAt(alias, ["zoneId"]),
            EvaluateTargetHealth: at(alias, ["evaluateTargetHealth"]) === true,
          },
        }),
  };
}

async function change(call: Call, client: Route53Client, zoneId: string, Action: ChangeAction, set: ResourceRecordSet) {
  const ChangeBatch = { Comment: "Managed by Pulumi", Changes: [{ Action, ResourceRecordSet: set }] };
  const answer = await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch }));
  await inSync(call, client, answer.ChangeInfo?.Id);
}

async function find(client: Route53Client, zoneId: string, props: Props): Promise<ResourceRecordSet | undefined> {
  const name = fullName(stringAt(props, ["name"]) ?? "", await zoneName(client, zoneId));
  const type = stringAt(props, ["type"]) as RRType;
  const page = await client.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name, StartRecordType: type }),
  );
  const identifier = stringAt(props, ["setIdentifier"]);
  return (page.ResourceRecordSets ?? []).find(
    (set) =>
      set.Name?.replace(/\.$/, "").toLowerCase() === name && set.Type === type && set.SetIdentifier === identifier,
  );
}

const gone = ["NoSuchHostedZone"];

/** `aws:route53/record:Record`, without routing policies. Its id is `ZONE_NAME_TYPE`, with `_SET` where there is one. */
export const record: AwsResource = {
  inputs: ["zoneId", "name", "type", "ttl", "records", "aliases", "allowOverwrite", "setIdentifier"],
  required: ["zoneId", "name", "type"],
  replaceOn: [["zoneId"], ["name"], ["type"], ["setIdentifier"]],
  validate: (inputs) =>
    inputs["records"] === undefined && inputs["aliases"] === undefined
      ? [{ property: "records", reason: "a record needs records (with ttl) or aliases" }]
      : [],

  async create(call, inputs) {
    const client = await call.aws.route53();
    const zoneId = shortId(stringAt(inputs, ["zoneId"]));
    const name = fullName(stringAt(inputs, ["name"]) ?? "", await zoneName(client, zoneId));
    const action = inputs["allowOverwrite"] === true ? "UPSERT" : "CREATE";
    await change(call, client, zoneId, action, recordSet(inputs, name));
    const parts = [zoneId, stringAt(inputs, ["name"]), stringAt(inputs, ["type"]), stringAt(inputs, ["setIdentifier"])];
    return parts.filter((part) => part !== undefined).join("_");
  },

  async read(call, id, recorded) {
    const client = await call.aws.route53();
    const [idZone, idName, type = ""] = id.split("_");
    const zoneId = shortId(stringAt(recorded, ["zoneId"]) ?? idZone);
    const props = { name: idName ?? "", type, ...recorded };
    const found = await unlessGone(gone, () => find(client, zoneId, props));
    if (found === undefined) return undefined;
    const target = found.AliasTarget;
    return {
      zoneId,
      name: stringAt(props, ["name"]) ?? "",
      type: found.Type ?? "",
      fqdn: (found.Name ?? "").replace(/\.$/, ""),
      ...(target === undefined
        ? {
            ttl: found.TTL ?? 0,
            records: (found.ResourceRecords ?? []).map(({ Value = "" }) => unquoted(found.Type ?? "", Value)),
          }
        : {
            aliases: [
              {
                name: (target.DNSName ?? "").replace(/\.$/, ""),
                zoneId: target.HostedZoneId ?? "",
                evaluateTargetHealth: target.EvaluateTargetHealth ?? false,
              },
            ],
          }),
    };
  },

  async update(call, _id, inputs) {
    const client = await call.aws.route53();
    const zoneId = shortId(stringAt(inputs, ["zoneId"]));
    const name = fullName(stringAt(inputs, ["name"]) ?? "", await zoneName(client, zoneId));
    await change(call, client, zoneId, "UPSERT", recordSet(inputs, name));
  },

  async delete(call, _id, recorded) {
    const client = await call.aws.route53();
    const zoneId = shortId(stringAt(recorded, ["zoneId"]));
    await unlessGone(gone, async () => {
      // Route 53 deletes only a record that is named exactly as it is now.
      const found = await find(client, zoneId, recorded);
      if (found !== undefined) await change(call, client, zoneId, "DELETE", found);
    });
  },
};
