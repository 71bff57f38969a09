import { DescribeAvailabilityZonesCommand, DescribeVpcsCommand, type Filter } from "@aws-sdk/client-ec2";
import { GetHostedZoneCommand, ListTagsForResourceCommand, paginateListHostedZones } from "@aws-sdk/client-route-53";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { at, stringAt, type Props, type Value } from "../provider/values.ts";
import type { Aws } from "./context.ts";
import { vpcParts } from "./ec2.ts";
import type { AwsFunction } from "./resource.ts";
import { shortId } from "./route53-zone.ts";
import { tagMap, tagsOf } from "./tags.ts";

function strings(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function filtersOf(args: Props): Filter[] {
  const filters = Array.isArray(args["filters"]) ? args["filters"] : [];
  return [
    ...filters.map((filter) => ({ Name: stringAt(filter, ["name"]) ?? "", Values: strings(at(filter, ["values"])) })),
    ...Object.entries(tagsOf(args)).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
  ];
}

const getAvailabilityZones: AwsFunction = async (aws, args) => {
  const region = aws.region(args);
  const state = stringAt(args, ["state"]);
  const Filters = [...filtersOf(args), ...(state === undefined ? [] : [{ Name: "state", Values: [state] }])];
  const answer = await (
    await aws.ec2(region)
  ).send(
    new DescribeAvailabilityZonesCommand({
      AllAvailabilityZones: args["allAvailabilityZones"] === true,
      ...(Filters.length === 0 ? {} : { Filters }),
    }),
  );
  const [noNames, noIds] = [strings(args["excludeNames"]), strings(args["excludeZoneIds"])];
  const zones = (answer.AvailabilityZones ?? [])
    .filter((zone) => !noNames.includes(zone.ZoneName ?? "") && !noIds.includes(zone.ZoneId ?? ""))
    .sort((a, b) => (a.ZoneName ?? "").localeCompare(b.ZoneName ?? ""));
  return {
    ...args,
    id: region,
    region,
    names: zones.map((zone) => zone.ZoneName ?? ""),
    zoneIds: zones.map((zone) => zone.ZoneId ?? ""),
    groupNames: [...new Set(zones.map((zone) => zone.GroupName ?? region))],
  };
};

const getCallerIdentity: AwsFunction = async (aws) => {
  const identity = await (await aws.sts()).send(new GetCallerIdentityCommand({}));
  const accountId = identity.Account ?? "";
  return { id: accountId, accountId, arn: identity.Arn ?? "", userId: identity.UserId ?? "" };
};

const getRegion: AwsFunction = (aws, args) => {
  const region = stringAt(args, ["region"]) ?? stringAt(args, ["name"]) ?? aws.region({});
  const endpoint = `ec2.${region}.amazonaws.com`;
  // The official plugin has a table of long names; nothing here depends on one.
  return Promise.resolve({ id: region, name: region, region, endpoint, description: region });
};

/** Exactly one of `found`, or an error that says what was looked for. */
function one<T>(what: string, args: Props, found: readonly T[]): T {
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const how = first === undefined ? "none" : `${found.length}`;
  throw new Error(`${how} found, but exactly one ${what} must match ${JSON.stringify(args)}`);
}

const getVpc: AwsFunction = async (aws, args) => {
  const region = aws.region(args);
  const client = await aws.ec2(region);
  const id = stringAt(args, ["id"]);
  const byProperty = [
    ["cidr", stringAt(args, ["cidrBlock"])],
    ["state", stringAt(args, ["state"])],
    ["dhcp-options-id", stringAt(args, ["dhcpOptionsId"])],
    ["is-default", args["default"] === true ? "true" : undefined],
  ] as const;
  const Filters = [
    ...filtersOf(args),
    ...byProperty.flatMap(([Name, value]) => (value === undefined ? [] : [{ Name, Values: [value] }])),
  ];
  const answer = await client.send(
    new DescribeVpcsCommand({
      ...(id === undefined ? {} : { VpcIds: [id] }),
      ...(Filters.length === 0 ? {} : { Filters }),
    }),
  );
  const vpc = one("VPC", args, answer.Vpcs ?? []);
  const vpcId = vpc.VpcId ?? "";
  const { mainRouteTableId = "", enableDnsHostnames = false, enableDnsSupport = true } = await vpcParts(client, vpcId);
  return {
    ...args,
    id: vpcId,
    region,
    arn: `arn:aws:ec2:${region}:${vpc.OwnerId ?? (await aws.account())}:vpc/${vpcId}`,
    cidrBlock: vpc.CidrBlock ?? "",
    cidrBlockAssociations: (vpc.CidrBlockAssociationSet ?? []).map((association) => ({
      associationId: association.AssociationId ?? "",
      cidrBlock: association.CidrBlock ?? "",
      state: association.CidrBlockState?.State ?? "",
    })),
    default: vpc.IsDefault ?? false,
    dhcpOptionsId: vpc.DhcpOptionsId ?? "",
    enableDnsHostnames,
    enableDnsSupport,
    enableNetworkAddressUsageMetrics: false,
    instanceTenancy: vpc.InstanceTenancy ?? "",
    ipv6AssociationId: "",
    ipv6CidrBlock: "",
    ipv6CidrBlockAssociations: [],
    mainRouteTableId,
    ownerId: vpc.OwnerId ?? "",
    state: vpc.State ?? "",
    tags: tagMap(vpc.Tags),
  };
};

async function zoneIdByName(aws: Aws, args: Props): Promise<string> {
  const client = await aws.route53();
  const name = stringAt(args, ["name"])?.replace(/\.$/, "");
  if (name === undefined) throw new Error("getZone needs zoneId or name");
  const isPrivate = args["privateZone"] === true || stringAt(args, ["vpcId"]) !== undefined;
  const found: string[] = [];
  for await (const page of paginateListHostedZones({ client }, {})) {
    for (const zone of page.HostedZones ?? []) {
      const same = zone.Name?.replace(/\.$/, "") === name && (zone.Config?.PrivateZone ?? false) === isPrivate;
      if (same) found.push(shortId(zone.Id));
    }
  }
  return one("hosted zone", args, found);
}

const getZone: AwsFunction = async (aws, args) => {
  const client = await aws.route53();
  const zoneId = stringAt(args, ["zoneId"]) ?? (await zoneIdByName(aws, args));
  const found = await client.send(new GetHostedZoneCommand({ Id: zoneId }));
  const tags = await client.send(new ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: zoneId }));
  const nameServers = [...(found.DelegationSet?.NameServers ?? [])].sort();
  return {
    ...args,
    id: zoneId,
    zoneId,
    arn: `arn:aws:route53:::hostedzone/${zoneId}`,
    name: (found.HostedZone?.Name ?? "").replace(/\.$/, ""),
    callerReference: found.HostedZone?.CallerReference ?? "",
    comment: found.HostedZone?.Config?.Comment ?? "",
    privateZone: found.HostedZone?.Config?.PrivateZone ?? false,
    resourceRecordSetCount: found.HostedZone?.ResourceRecordSetCount ?? 0,
    nameServers,
    primaryNameServer: nameServers[0] ?? "",
    linkedServiceDescription: found.HostedZone?.LinkedService?.Description ?? "",
    linkedServicePrincipal: found.HostedZone?.LinkedService?.ServicePrincipal ?? "",
    tags: tagMap(tags.ResourceTagSet?.Tags),
  };
};

export const functions: Readonly<Record<string, AwsFunction>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getRegion:getRegion": getRegion,
  "aws:ec2/getVpc:getVpc": getVpc,
  "aws:route53/getZone:getZone": getZone,
};
