import { CreateTagsCommand, DescribeInternetGatewaysCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { ChangeResourceRecordSetsCommand, ListHostedZonesCommand } from "@aws-sdk/client-route-53";
import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { startEmulator, type Emulator } from "../aws/emulator.ts";
import { PulumiProject } from "./pulumi.ts";

jest.setTimeout(900_000);

let emulator: Emulator;
let pulumi: PulumiProject;

const bucket = "plugins-state-store";
const cidr = "10.77.0.0/16";

/** What the project's prerequisites are made of. */
const program = (settings: { tag?: string; cidr?: string; defaults?: object } = {}): string => `
import * as aws from "@pulumi/aws";
const provider = new aws.Provider("aws", {
  region: "us-east-1", s3UsePathStyle: true, skipCredentialsValidation: true,
  defaultTags: { tags: ${JSON.stringify(settings.defaults ?? { owner: "test" })} },
});
const o = { provider };
const store = new aws.s3.Bucket("store", { bucket: "${bucket}", forceDestroy: true, tags: { tag: "${settings.tag ?? "a"}" } }, o);
const on = { bucket: store.id };
new aws.s3.BucketVersioning("versioning", { ...on, versioningConfiguration: { status: "Enabled" } }, o);
new aws.s3.BucketServerSideEncryptionConfiguration("encryption",
  { ...on, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }, o);
new aws.s3.BucketPublicAccessBlock("block",
  { ...on, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }, o);
new aws.s3.BucketOwnershipControls("ownership", { ...on, rule: { objectOwnership: "BucketOwnerEnforced" } }, o);
new aws.s3.BucketPolicy("policy", { ...on, policy: store.arn.apply((arn) => JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "s3:*", Resource: [arn, arn + "/*"] }],
})) }, o);
const vpc = new aws.ec2.Vpc("net", { cidrBlock: "${settings.cidr ?? cidr}", enableDnsHostnames: true, tags: { Name: "plugins" } }, o);
const gateway = new aws.ec2.InternetGateway("gateway", { vpcId: vpc.id }, o);
const zone = new aws.route53.Zone("zone", { name: "k8s.example.test", forceDestroy: true, vpcs: [{ vpcId: vpc.id }] }, o);
const parent = new aws.route53.Zone("parent", { name: "example.test" }, o);
const delegation = new aws.route53.Record("delegation",
  { zoneId: parent.zoneId, name: "k8s", type: "NS", ttl: 60, records: parent.nameServers }, o);
new aws.route53.Record("text", { zoneId: parent.zoneId, name: "note", type: "TXT", ttl: 60, records: ["a b"] }, o);
export const bucketArn = store.arn, tagsAll = store.tagsAll;
export const vpcId = vpc.id, vpcArn = vpc.arn, mainRouteTableId = vpc.mainRouteTableId;
export const gatewayId = gateway.id, zoneId = zone.zoneId, zoneIdById = zone.id, parentServers = parent.nameServers;
export const fqdn = delegation.fqdn, recordId = delegation.id;
export const names = aws.getAvailabilityZonesOutput({ state: "available" }, o).names;
export const account = aws.getCallerIdentityOutput({}, o).accountId;
export const region = aws.getRegionOutput({}, o).name;
export const lookedUp = aws.ec2.getVpcOutput({ tags: { Name: "plugins" }, filters: [{ name: "vpc-id", values: [vpc.id] }] }, o).cidrBlock;
export const zoneByName = aws.route53.getZoneOutput({ name: parent.name }, o).zoneId;
export const parentId = parent.zoneId;
`;

const vpcs = async () => (await emulator.clients.ec2.send(new DescribeVpcsCommand({}))).Vpcs ?? [];
const unchanging = (text: string): void => expect(text).toMatch(/Resources:\n\s+\d+ unchanged/);

beforeAll(async () => {
  emulator = await startEmulator();
  pulumi = await PulumiProject.create({ ...emulator.aws.env });
});
afterAll(async () => {
  await pulumi?.remove();
  await emulator?.stop();
});

test("what the program asks for is there, with outputs as the official plugin has them", async () => {
  expect(await pulumi.up(program())).toMatchObject({ ok: true });
  const outputs = (await pulumi.outputs()) as Record<string, string>;
  expect(outputs).toMatchObject({
    bucketArn: `arn:aws:s3:::${bucket}`,
    tagsAll: { owner: "test", tag: "a" },
    vpcArn: expect.stringMatching(/^arn:aws:ec2:us-east-1:\d{12}:vpc\/vpc-/),
    mainRouteTableId: expect.stringMatching(/^rtb-/),
    fqdn: "k8s.example.test",
    region: "us-east-1",
    account: expect.stringMatching(/^\d{12}$/),
    lookedUp: cidr,
  });
  expect(outputs.zoneIdById).toBe(outputs.zoneId);
  expect(outputs.zoneByName).toBe(outputs.parentId);
  expect(outputs.recordId).toBe(`${outputs.parentId}_k8s_NS`);
  expect(outputs.parentServers?.length).toBeGreaterThan(0);
  expect(outputs.names).toContain("us-east-1a");

  const { s3, ec2 } = emulator.clients;
  const at = { Bucket: bucket };
  expect((await s3.send(new GetBucketVersioningCommand(at))).Status).toBe("Enabled");
  expect(await s3.send(new GetPublicAccessBlockCommand(at))).toMatchObject({
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
  });
  expect(await s3.send(new GetBucketEncryptionCommand(at))).toMatchObject({
    ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] },
  });
  expect((await s3.send(new GetBucketPolicyCommand(at))).Policy).toContain("123456789012");
  const gateways = await ec2.send(
    new DescribeInternetGatewaysCommand({ InternetGatewayIds: [outputs.gatewayId ?? ""] }),
  );
  expect(gateways.InternetGateways?.[0]?.Attachments?.[0]?.VpcId).toBe(outputs.vpcId);
});

test("a second update changes nothing, nor does a refresh", async () => {
  unchanging((await pulumi.up(program())).text);
  unchanging(await pulumi.must("refresh", "--yes", "--skip-preview"));
  unchanging((await pulumi.up(program())).text);
});

test("other tags, and other default tags, are set in place", async () => {
  const { text } = await pulumi.up(program({ tag: "b", defaults: { team: "x" } }));
  expect(text).not.toMatch(/replaced/);
  const { TagSet } = await emulator.clients.s3.send(new GetBucketTaggingCommand({ Bucket: bucket }));
  expect(TagSet?.map(({ Key, Value }) => `${Key}=${Value}`).sort()).toEqual(["tag=b", "team=x"]);
  unchanging((await pulumi.up(program({ tag: "b", defaults: { team: "x" } }))).text);
});

test("another range makes a new VPC, and gateway and zone move over to it", async () => {
  const before = await pulumi.outputs();
  const { ok, text } = await pulumi.up(program({ cidr: "10.78.0.0/16" }));
  expect({ ok, text }).toMatchObject({ ok: true, text: expect.stringMatching(/1 replaced/) });
  const after = await pulumi.outputs();
  expect(after.gatewayId).toBe(before.gatewayId);
  expect(after.vpcId).not.toBe(before.vpcId);
  const left = await vpcs();
  expect(left.map(({ VpcId }) => VpcId)).not.toContain(before.vpcId);
  expect(left.find(({ VpcId }) => VpcId === after.vpcId)?.CidrBlock).toBe("10.78.0.0/16");
});

test("a refresh finds what someone else has changed", async () => {
  const { vpcId } = (await pulumi.outputs()) as { vpcId: string };
  const Tags = [{ Key: "Name", Value: "someone else's" }];
  await emulator.clients.ec2.send(new CreateTagsCommand({ Resources: [vpcId], Tags }));
  expect(await pulumi.must("refresh", "--yes", "--skip-preview")).toMatch(/1 updated/);
  expect(await pulumi.up(program({ cidr: "10.78.0.0/16" }))).toMatchObject({
    text: expect.stringMatching(/1 updated/),
  });
});

test("an unknown type or function is an error that names it", async () => {
  const unknown = await PulumiProject.create({ ...emulator.aws.env });
  try {
    const type = await unknown.up('import * as aws from "@pulumi/aws"; new aws.sqs.Queue("queue");');
    expect(type).toMatchObject({ ok: false, text: expect.stringContaining("aws:sqs/queue:Queue is not known") });
    const invoke = await unknown.up('import * as aws from "@pulumi/aws"; await aws.getPartition();');
    expect(invoke).toMatchObject({
      ok: false,
      text: expect.stringContaining("getPartition:getPartition is not known"),
    });
  } finally {
    await unknown.remove();
  }
});

test("destruction empties bucket and zone first and leaves nothing", async () => {
  const { s3, route53 } = emulator.clients;
  const { zoneId } = (await pulumi.outputs()) as { zoneId: string };
  for (const Body of ["one", "two"]) await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "config", Body }));
  const ResourceRecordSet = {
    Name: "api.k8s.example.test",
    Type: "A" as const,
    TTL: 60,
    ResourceRecords: [{ Value: "10.0.0.1" }],
  };
  const ChangeBatch = { Changes: [{ Action: "CREATE" as const, ResourceRecordSet }] };
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch }));

  await pulumi.must("destroy", "--yes", "--skip-preview");
  expect(await pulumi.resources()).toEqual([]);
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  expect((await route53.send(new ListHostedZonesCommand({}))).HostedZones).toEqual([]);
  expect((await vpcs()).filter(({ IsDefault }) => IsDefault !== true)).toEqual([]);
});
