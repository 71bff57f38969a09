import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DeleteAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, DeleteRolePermissionsBoundaryCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  ListHostedZonesByNameCommand,
} from "@aws-sdk/client-route-53";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { execa } from "execa";
import { loadBalancing } from "../../../iam/load-balancer-grants.ts";
import { policies } from "../../../iam/policies.ts";
import { Scopes } from "../../../iam/scopes.ts";
import { replaceArgv, updateArgv } from "../../../kops/argv.ts";
import { mirrorManifests } from "../../../kops/spec.ts";
import { setPrincipals } from "../../../lab/aws/principals.ts";
import { channelFile } from "../../../lab/aws/start.ts";
import { ownershipTags } from "../../../ownership/tags.ts";
import { manifestsYaml } from "../../../rehearsal/manifests.ts";
import { findTools } from "../../../tools/index.ts";
import { startEmulator, type Clients, type Emulator } from "./emulator.ts";
import { evaluate } from "./evaluate.ts";
import { rolePolicy } from "./role-policy.ts";
import { present } from "./world.ts";

const account = "123456789012";
const clusterName = "mirror.k8s.example.com";
const bucket = "mirror-state";
const permissionsBoundary = `arn:aws:iam::${account}:policy/kops-rehearsal-boundary`;
const stack = {
  ...{ account, region: "us-east-1", clusterName, bucket, permissionsBoundary },
  dns: { mode: "new", zone: "k8s.example.com", parentZone: "example.com" },
  apiLoadBalancer: true,
  production: "s3://prod-state/prod.example.com",
} as const;
const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });

let emulator: Emulator;
let mirror: Clients;
let reader: Clients;
let kopsPath: string;

beforeAll(async () => {
  kopsPath = (await findTools({ only: ["kops"] })).paths.kops;
  emulator = await startEmulator();
  await setPrincipals(emulator.aws.endpoint, {
    mirror: { policies: Object.values(policies("mirror", "test", stack)) },
    reader: { policies: Object.values(policies("read", "test", stack)) },
  });
  mirror = emulator.clientsOf("mirror");
  reader = emulator.clientsOf("reader");
});
afterAll(() => emulator.stop());

const ownTags = ownershipTags({
  ...{ owner: "0a1b2c3d", stack: "test", cluster: clusterName, region: "us-east-1" },
  expiresAt: "2026-01-01T00:00:00Z",
});
const tagsOf = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const specification = (ResourceType: ResourceType, tags: Readonly<Record<string, string>>) => ({
  TagSpecifications: [{ ResourceType, Tags: tagsOf(tags) }],
});

/** What Pulumi makes for the mirror, in its order. */
async function prerequisites({ ec2, s3 }: Clients): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: tagsOf(ownTags) } }));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.99.0.0/16", ...specification("vpc", ownTags) }));
  const VpcId = present(Vpc?.VpcId, "VpcId");
  const gateway = specification("internet-gateway", ownTags);
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand(gateway));
  const InternetGatewayId = present(InternetGateway?.InternetGatewayId, "InternetGatewayId");
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  return VpcId;
}

/** A zone of the mirror's own, and in its parent the record that delegates to it. */
async function delegatedZone({ route53 }: Clients): Promise<void> {
  const { HostedZones } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: "example.com" }));
  const zone = await route53.send(new CreateHostedZoneCommand({ Name: "k8s.example.com", CallerReference: "2" }));
  const [, , ResourceId = ""] = present(zone.HostedZone?.Id, "Id").split("/");
  const AddTags = tagsOf(ownTags);
  await route53.send(new ChangeTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId, AddTags }));
  const parent = present(HostedZones?.find(({ Name }) => Name === "example.com.")?.Id, "Id");
  await route53.send(record(parent, "k8s.example.com", "NS", zone.DelegationSet?.NameServers));
}

async function kops(args: readonly string[]): Promise<string> {
  const key = { AWS_ACCESS_KEY_ID: "mirror", S3_ACCESS_KEY_ID: "mirror" };
  const env = { ...emulator.aws.env, ...key, HOME: emulator.dir, KUBECONFIG: join(emulator.dir, "kubeconfig") };
  const { all } = await execa(kopsPath, args, { env, all: true, timeout: 300_000 });
  return all;
}

const call = { clusterName, stateStore: `s3://${bucket}` };

describe("with the mirror's policies", () => {
  let vpc: string;

  test("a mirror with a load balancer for its API is made from nothing, and nothing is refused", async () => {
    vpc = await prerequisites(mirror);
    const manifests = mirrorManifests({
      ...{ clusterName, stateStore: bucket, kubernetesVersion: "1.34.3", channel: pathToFileURL(channelFile).href },
      controlPlane: { size: "m5.large", zones: ["us-east-1a"], count: 1 },
      nodes: { size: "m5.xlarge", zones: ["us-east-1a"], count: 1 },
      network: { id: vpc, cidr: "10.99.0.0/16" },
      ...{ networking: "flannel", authorization: "RBAC", dns: { mode: "none" } },
      ...{ adminAccess: ["203.0.113.0/24"], sshAccess: [], permissionsBoundary, tags: ownTags },
    });
    const file = join(emulator.dir, "mirror.yaml");
    await writeFile(file, manifestsYaml(manifests));
    await kops(replaceArgv(call, file));
    await kops(updateArgv(call, { yes: true }));
    expect(await kops(updateArgv(call))).toContain("No changes need to be applied");
  });

  test("the instances' roles have the boundary, and it leaves them all that kops gives them", async () => {
    const created = (await emulator.requests()).filter(({ action }) => action === "CreateRole");
    const boundaries = created.map(({ needs }) => needs[0]?.context?.["iam:PermissionsBoundary"]);
    expect(boundaries).toEqual([[permissionsBoundary], [permissionsBoundary]]);
    const given = await Promise.all(
      ["masters", "nodes"].map((role) =>
        rolePolicy(emulator.clients.iam, `${role}.${clusterName}`, { ...stack, queue: new Scopes(stack).queue }),
      ),
    );
    const accesses = given.flat();
    expect(accesses.length).toBeGreaterThan(60);
    const [boundary] = Object.values(policies("boundary", "test", { ...stack, dns: { mode: "none" } }));
    const refusals = await evaluate(accesses.map((access) => ({ ...access, policies: [boundary] })));
    expect(
      accesses.filter((_, i) => refusals[i] !== null).map(({ action, resource }) => `${action} ${resource}`),
    ).toEqual([]);
  });

  test("the boundary leaves network plugins the tags of interfaces that they make, and of no others", async () => {
    const [boundary] = Object.values(policies("boundary", "test", stack));
    const onInterface = { action: "ec2:CreateTags", resource: `arn:aws:ec2:us-east-1:${account}:network-interface/*` };
    const tag = { "aws:RequestTag/node.k8s.amazonaws.com/instance_id": "i-0" };
    const made = { ...tag, "ec2:CreateAction": "CreateNetworkInterface" };
    const cases = [made, tag].map((context) => ({ ...onInterface, context, policies: [boundary] }));
    expect(await evaluate(cases)).toEqual([null, expect.stringContaining("ec2:CreateTags")]);
  });

  describe("all else is refused, and does not happen", () => {
    let production: { vpc: string; instance: string; zone: string };

    beforeAll(async () => {
      const { ec2, s3, route53 } = emulator.clients;
      for (const Bucket of ["prod-state", "other"]) await s3.send(new CreateBucketCommand({ Bucket }));
      const tags = { KubernetesCluster: "prod.example.com" };
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", ...specification("vpc", tags) }));
      const other = present(Vpc?.VpcId, "VpcId");
      const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: other, CidrBlock: "10.0.0.0/24" }));
      const run = { ImageId: "ami-0a", MinCount: 1, MaxCount: 1, SubnetId: Subnet?.SubnetId };
      const { Instances } = await ec2.send(new RunInstancesCommand({ ...run, ...specification("instance", tags) }));
      await route53.send(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" }));
      const { HostedZones } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: "example.com" }));
      production = {
        vpc: other,
        instance: present(Instances?.[0]?.InstanceId, "InstanceId"),
        zone: present(HostedZones?.[0]?.Id, "Id"),
      };
    });

    const forbidden: [string, () => Promise<unknown>][] = [
      ["production's prefix is written", () => mirror.s3.send(put("prod-state", "prod.example.com/config"))],
      [
        "production's keys are read",
        () => mirror.s3.send(get("prod-state", "prod.example.com/pki/private/ca/keyset.yaml")),
      ],
      ["another bucket is written", () => mirror.s3.send(put("other", "x"))],
      ["another bucket is made", () => mirror.s3.send(new CreateBucketCommand({ Bucket: "third" }))],
      [
        "production's instance is terminated",
        () => mirror.ec2.send(new TerminateInstancesCommand({ InstanceIds: [production.instance] })),
      ],
      [
        "production's instance is given the mirror's tag",
        () =>
          mirror.ec2.send(
            new CreateTagsCommand({
              Resources: [production.instance],
              Tags: tagsOf({ ...ownTags, KubernetesCluster: clusterName }),
            }),
          ),
      ],
      [
        "a subnet is made in production's network",
        () =>
          mirror.ec2.send(
            new CreateSubnetCommand({
              ...{ VpcId: production.vpc, CidrBlock: "10.0.1.0/24" },
              ...specification("subnet", { KubernetesCluster: clusterName }),
            }),
          ),
      ],
      ["production's network is deleted", () => mirror.ec2.send(new DeleteVpcCommand({ VpcId: production.vpc }))],
      [
        "a network without the mirror's tag is made",
        () => mirror.ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" })),
      ],
      [
        "a network is made in another region",
        () =>
          emulator
            .clientsOf("mirror", "eu-west-1")
            .ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16", ...specification("vpc", ownTags) })),
      ],
      [
        "another cluster's group is deleted",
        () =>
          mirror.autoscaling.send(
            new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "nodes.prod.example.com" }),
          ),
      ],
      ["a role is made without the boundary", () => mirror.iam.send(role(`bastions.${clusterName}`))],
      ["a role of another name is made", () => mirror.iam.send(role("admin", permissionsBoundary))],
      [
        "the boundary is taken from a role",
        () => mirror.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: `nodes.${clusterName}` })),
      ],
      [
        "a role of another cluster is given a policy",
        () =>
          mirror.iam.send(
            new PutRolePolicyCommand({ RoleName: "nodes.prod.example.com", PolicyName: "p", PolicyDocument: trust }),
          ),
      ],
      ["production's record is changed", () => mirror.route53.send(record(production.zone, "api.prod.example.com"))],
      ["a reader writes into the mirror's state store", () => reader.s3.send(put(bucket, "x"))],
      ["a reader deletes the mirror's network", () => reader.ec2.send(new DeleteVpcCommand({ VpcId: vpc }))],
      ["a reader lists another folder of production's", () => reader.s3.send(list("prod-state", "other.example.com/"))],
    ];
    test.each(forbidden)("%s", async (_, attempt) => {
      await expect(attempt()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    });
  });

  test("production's specs can be read, with both", async () => {
    const key = "prod.example.com/config";
    await emulator.clients.s3.send(put("prod-state", key));
    for (const { s3 } of [mirror, reader]) {
      await expect(s3.send(get("prod-state", key))).resolves.toBeDefined();
      await expect(s3.send(list("prod-state", "prod.example.com/instancegroup/"))).resolves.toBeDefined();
    }
  });

  test("a sweep lists it with the policies for reading, and deletes all of it with the mirror's", async () => {
    const refused = async () => (await emulator.requests()).filter((request) => request.refused).length;
    const before = await refused();
    await delegatedZone(mirror);
    const { stdout } = await sweep("reader", "-o", "json");
    const [listed] = JSON.parse(stdout) as { cluster: string; resources: { kind: string; name: string }[] }[];
    expect(listed?.cluster).toBe(clusterName);
    expect(listed?.resources).toContainEqual(
      expect.objectContaining({ kind: "dns-record", name: "NS k8s.example.com" }),
    );
    const { stderr } = await sweep("mirror", "--stack", "test", "--delete", "--yes");
    expect(stderr).toContain(`nothing is left of ${clusterName}`);
    expect((await sweep("reader")).stdout).not.toContain(clusterName);
    expect(await refused()).toBe(before);
  });

  test("every action on load balancers was needed", async () => {
    const requests = (await emulator.requests()).filter(({ accessKey }) => accessKey === "mirror");
    const called = new Set(requests.flatMap(({ needs }) => needs.map(({ action }) => action)));
    const listed = loadBalancing(new Scopes(stack)).flatMap(({ actions }) => actions);
    expect(listed.filter((action) => !called.has(action))).toEqual([]);
  });
});

async function sweep(accessKey: string, ...options: readonly string[]) {
  const { binDir } = await findTools({ only: ["kops"] });
  const keys = { AWS_ACCESS_KEY_ID: accessKey, S3_ACCESS_KEY_ID: accessKey };
  const env = { ...emulator.aws.env, ...keys, PATH: `${binDir}:${process.env["PATH"] ?? ""}` };
  return await execa("node", ["bin/rehearsal.mjs", "sweep", ...options], { env, timeout: 300_000 });
}

const put = (Bucket: string, Key: string) => new PutObjectCommand({ Bucket, Key, Body: "x" });
const get = (Bucket: string, Key: string) => new GetObjectCommand({ Bucket, Key });
const list = (Bucket: string, Prefix: string) => new ListObjectsV2Command({ Bucket, Prefix });
const role = (RoleName: string, boundary?: string) =>
  new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, PermissionsBoundary: boundary });
const record = (HostedZoneId: string, Name: string, Type: "A" | "NS" = "A", values = ["192.0.2.1"]) =>
  new ChangeResourceRecordSetsCommand({
    HostedZoneId,
    ChangeBatch: {
      Changes: [
        {
          Action: "UPSERT",
          ResourceRecordSet: { Name, Type, TTL: 60, ResourceRecords: values.map((Value) => ({ Value })) },
        },
      ],
    },
  });
