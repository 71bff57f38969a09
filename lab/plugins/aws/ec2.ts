import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  ModifyVpcAttributeCommand,
  type EC2Client,
  type InternetGateway,
  type ResourceType,
  type Tenancy,
  type Vpc,
} from "@aws-sdk/client-ec2";
import { stringAt, type Props } from "../provider/values.ts";
import { retryOn, unlessGone, waitUntil, type Patience } from "./errors.ts";
import type { AwsResource, Call } from "./resource.ts";
import { allTags, tagChanges, tagList, tagMap, tagOutputs, tagsOf, type Tags } from "./tags.ts";

const waitLimitMs = 5 * 60_000;

function patience(call: Call): Patience {
  return { limitMs: waitLimitMs, signal: call.signal, onWait: (message) => call.log.status(message) };
}

function tagged(type: ResourceType, tags: Tags) {
  return Object.keys(tags).length === 0 ? {} : { TagSpecifications: [{ ResourceType: type, Tags: tagList(tags) }] };
}

async function retag(client: EC2Client, id: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (remove.length > 0)
    await client.send(new DeleteTagsCommand({ Resources: [id], Tags: remove.map((Key) => ({ Key })) }));
  if (Object.keys(set).length > 0) await client.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(set) }));
}

async function findVpc(client: EC2Client, id: string): Promise<Vpc | undefined> {
  const found = await unlessGone(["InvalidVpcID.NotFound"], () =>
    client.send(new DescribeVpcsCommand({ VpcIds: [id] })),
  );
  return found?.Vpcs?.[0];
}

/** What AWS makes along with a VPC. */
export async function vpcParts(client: EC2Client, id: string): Promise<Props> {
  const Filters = [{ Name: "vpc-id", Values: [id] }];
  const [tables, groups, acls, hostnames, support] = await Promise.all([
    client.send(
      new DescribeRouteTablesCommand({ Filters: [...Filters, { Name: "association.main", Values: ["true"] }] }),
    ),
    client.send(
      new DescribeSecurityGroupsCommand({ Filters: [...Filters, { Name: "group-name", Values: ["default"] }] }),
    ),
    client.send(new DescribeNetworkAclsCommand({ Filters: [...Filters, { Name: "default", Values: ["true"] }] })),
    client.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsHostnames" })),
    client.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute: "enableDnsSupport" })),
  ]);
  const mainRouteTableId = tables.RouteTables?.[0]?.RouteTableId ?? "";
  return {
    mainRouteTableId,
    defaultRouteTableId: mainRouteTableId,
    defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId ?? "",
    defaultNetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId ?? "",
    enableDnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
    enableDnsSupport: support.EnableDnsSupport?.Value ?? true,
  };
}

async function setDns(client: EC2Client, id: string, inputs: Props): Promise<void> {
  // One attribute a call is what the API takes.
  const EnableDnsSupport = { Value: inputs["enableDnsSupport"] !== false };
  await client.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsSupport }));
  const EnableDnsHostnames = { Value: inputs["enableDnsHostnames"] === true };
  await client.send(new ModifyVpcAttributeCommand({ VpcId: id, EnableDnsHostnames }));
}

/** `aws:ec2/vpc:Vpc`. */
export const vpc: AwsResource = {
  inputs: ["cidrBlock", "enableDnsHostnames", "enableDnsSupport", "instanceTenancy", "tags", "region"],
  required: ["cidrBlock"],
  replaceOn: [["cidrBlock"], ["instanceTenancy"], ["region"]],
  tagged: true,

  async create(call, inputs) {
    const client = await call.aws.ec2(call.aws.region(inputs));
    const created = await client.send(
      new CreateVpcCommand({
        CidrBlock: stringAt(inputs, ["cidrBlock"]),
        InstanceTenancy: stringAt(inputs, ["instanceTenancy"]) as Tenancy | undefined,
        ...tagged("vpc", allTags(call.aws.config.defaultTags, inputs)),
      }),
    );
    return created.Vpc?.VpcId ?? "";
  },

  async complete(call, id, inputs) {
    const client = await call.aws.ec2(call.aws.region(inputs));
    const available = async (): Promise<boolean> => (await findVpc(client, id))?.State === "available";
    await waitUntil(`VPC ${id} is available`, patience(call), available);
    await setDns(client, id, inputs);
  },

  async read(call, id, recorded) {
    const region = call.aws.region(recorded);
    const client = await call.aws.ec2(region);
    const found = await findVpc(client, id);
    if (found === undefined) return undefined;
    const ownerId = found.OwnerId ?? (await call.aws.account());
    return {
      arn: `arn:aws:ec2:${region}:${ownerId}:vpc/${id}`,
      cidrBlock: found.CidrBlock ?? "",
      instanceTenancy: found.InstanceTenancy ?? "default",
      dhcpOptionsId: found.DhcpOptionsId ?? "",
      ownerId,
      region,
      enableNetworkAddressUsageMetrics: false,
      assignGeneratedIpv6CidrBlock: false,
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockNetworkBorderGroup: "",
      ...(await vpcParts(client, id)),
      ...tagOutputs(tagMap(found.Tags), call.aws.config.defaultTags, recorded),
    };
  },

  async update(call, id, inputs, before) {
    const client = await call.aws.ec2(call.aws.region(inputs));
    await setDns(client, id, inputs);
    await retag(client, id, tagsOf(before, "tagsAll"), allTags(call.aws.config.defaultTags, inputs));
  },

  async delete(call, id, recorded) {
    const client = await call.aws.ec2(call.aws.region(recorded));
    await unlessGone(["InvalidVpcID.NotFound"], () =>
      retryOn(["DependencyViolation"], patience(call), () => client.send(new DeleteVpcCommand({ VpcId: id }))),
    );
  },
};

const gatewayGone = ["InvalidInternetGatewayID.NotFound"];

async function findGateway(client: EC2Client, id: string): Promise<InternetGateway | undefined> {
  const describe = new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] });
  const found = await unlessGone(gatewayGone, () => client.send(describe));
  return found?.InternetGateways?.[0];
}

async function attach(call: Call, client: EC2Client, id: string, vpcId: string): Promise<void> {
  // A new gateway may not be known everywhere yet.
  await retryOn(gatewayGone, patience(call), () =>
    client.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId })),
  );
}

/** A gateway cannot leave a VPC in which public addresses are still in use. */
async function detach(call: Call, client: EC2Client, id: string, vpcId: string): Promise<void> {
  await unlessGone([...gatewayGone, "Gateway.NotAttached", "InvalidVpcID.NotFound"], () =>
    retryOn(["DependencyViolation"], patience(call), () =>
      client.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId })),
    ),
  );
}

/** `aws:ec2/internetGateway:InternetGateway`. */
export const internetGateway: AwsResource = {
  inputs: ["vpcId", "tags", "region"],
  replaceOn: [["region"]],
  tagged: true,

  async create(call, inputs) {
    const client = await call.aws.ec2(call.aws.region(inputs));
    const tags = tagged("internet-gateway", allTags(call.aws.config.defaultTags, inputs));
    const created = await client.send(new CreateInternetGatewayCommand(tags));
    return created.InternetGateway?.InternetGatewayId ?? "";
  },

  async complete(call, id, inputs) {
    const vpcId = stringAt(inputs, ["vpcId"]);
    if (vpcId !== undefined) await attach(call, await call.aws.ec2(call.aws.region(inputs)), id, vpcId);
  },

  async read(call, id, recorded) {
    const region = call.aws.region(recorded);
    const found = await findGateway(await call.aws.ec2(region), id);
    if (found === undefined) return undefined;
    const ownerId = found.OwnerId ?? (await call.aws.account());
    return {
      arn: `arn:aws:ec2:${region}:${ownerId}:internet-gateway/${id}`,
      ownerId,
      region,
      vpcId: found.Attachments?.[0]?.VpcId ?? "",
      ...tagOutputs(tagMap(found.Tags), call.aws.config.defaultTags, recorded),
    };
  },

  async update(call, id, inputs, before) {
    const client = await call.aws.ec2(call.aws.region(inputs));
    const now = (await findGateway(client, id))?.Attachments?.[0]?.VpcId;
    const wanted = stringAt(inputs, ["vpcId"]);
    if (now !== undefined && now !== wanted) await detach(call, client, id, now);
    if (wanted !== undefined && now !== wanted) await attach(call, client, id, wanted);
    await retag(client, id, tagsOf(before, "tagsAll"), allTags(call.aws.config.defaultTags, inputs));
  },

  async delete(call, id, recorded) {
    const client = await call.aws.ec2(call.aws.region(recorded));
    const attached = (await findGateway(client, id))?.Attachments ?? [];
    for (const { VpcId } of attached) if (VpcId !== undefined) await detach(call, client, id, VpcId);
    await unlessGone(gatewayGone, () =>
      retryOn(["DependencyViolation"], patience(call), () =>
        client.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id })),
      ),
    );
  },
};
