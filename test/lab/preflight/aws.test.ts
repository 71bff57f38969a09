import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DeleteNatGatewayCommand,
  DeleteSubnetCommand,
  DeleteVolumeCommand,
  DeleteVpcCommand,
  DescribeImagesCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
} from "@aws-sdk/client-route-53";
import { CreateBucketCommand, DeleteBucketCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";

import type { Fact } from "../../../preflight/fact.ts";
import type { AwsFacts, Intent } from "../../../preflight/facts.ts";
import type { CheckResult, Severity } from "../../../preflight/finding.ts";
import { mirrorShape } from "../../../preflight/mirror.ts";
import { runChecks } from "../../../preflight/run.ts";
import { awsFacts } from "../../../rehearsal/preflight/aws.ts";
import { awsClients } from "../../../rehearsal/preflight/clients.ts";
import { manifestsOf } from "../../../settings/manifests.ts";
import { tagKeys } from "../../../ownership/tags.ts";
import { findTools } from "../../../tools/index.ts";
import { exampleSettings } from "../../components/settings.ts";
import { factsOf } from "../../unit/preflight/facts.fixture.ts";
import { required } from "../../unit/settings/example.ts";
import { startEmulator, type Emulator } from "../aws/emulator.ts";
import { present } from "../aws/world.ts";

jest.setTimeout(90_000);
let emulator: Emulator;
const undo: (() => Promise<unknown>)[] = [];
const env = { ...process.env };

beforeAll(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "me",
    AWS_SECRET_ACCESS_KEY: "me",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  for (const name of ["AWS_PROFILE", "AWS_SESSION_TOKEN"]) delete process.env[name];
});
afterEach(async () => {
  emulator.faults.clear();
  await emulator.aws.faultsApplied();
  for (const back of undo.splice(0).reverse()) await back();
  for (const name of ["AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"]) delete process.env[name];
});
afterAll(async () => {
  process.env = env;
  await emulator.stop();
});

/** Before the first request there is no log. */
const requests = (): ReturnType<Emulator["requests"]> => emulator.requests().catch(() => []);

/** What the checks say of the emulated account; production and kops are sound. */
async function look(intent: Partial<Intent> = {}): Promise<{ checks: CheckResult[]; aws: AwsFacts }> {
  const clean = factsOf({ intent });
  const clients = awsClients("us-east-1", emulator.aws.endpoint);
  try {
    const aws = await awsFacts(clean.intent, clients);
    return { aws, checks: runChecks({ ...clean, aws }, new Date()) };
  } finally {
    clients.close();
  }
}

const findings = ({ checks }: { checks: CheckResult[] }): [string, Severity, string][] =>
  checks.flatMap(({ name, findings: found }) =>
    found.map(({ severity, summary, evidence }): [string, Severity, string] => [
      name,
      severity,
      [summary, ...evidence].join("\n"),
    ]),
  );
const unchecked = ({ checks }: { checks: CheckResult[] }): string[] =>
  checks.flatMap((check) => check.unchecked.map(({ why }) => why));
const mirror = (changes: Record<string, unknown>) => ({
  mirror: mirrorShape(manifestsOf(exampleSettings(changes))),
});

test("a clean account: nothing is found, nothing is left unchecked, nothing is written", async () => {
  const before = (await requests()).length;
  const seen = await look();
  expect(findings(seen)).toEqual([]);
  expect(unchecked(seen)).toEqual([]);
  expect(seen.checks.find(({ name }) => name === "quotas")?.looked).toContain("0 of 256 in use");
  const actions = (await requests()).slice(before).map(({ action }) => action);
  expect(actions.length).toBeGreaterThan(15);
  expect(actions.filter((action) => !/^(Describe|Get|List)/.test(action))).toEqual([]);
});

describe("instance types and images", () => {
  test("a type that a zone does not offer", async () => {
    const seen = await look(mirror({ nodes: { size: "m5.xlarge", zones: ["us-east-1e"] } }));
    expect(findings(seen)).toEqual([
      [
        "instance-types",
        "error",
        expect.stringMatching(/m5\.xlarge .* not offered in us-east-1e.\noffered in us-east-1a/),
      ],
    ]);
  });

  test("an image of another architecture, by id and by name", async () => {
    const { Images = [] } = await emulator.clients.ec2.send(new DescribeImagesCommand({ Owners: ["099720109477"] }));
    const arm = present(
      Images.find(({ Name }) => Name?.includes("noble") && Name.includes("arm64")),
      "an image",
    );
    for (const image of [present(arm.ImageId, "ImageId"), `ubuntu/${arm.Name}`, `099720109477/${arm.Name}`]) {
      const nodes = { size: "m5.xlarge", zones: ["us-east-1a"], image };
      expect(findings(await look(mirror({ nodes })))).toEqual([
        ["instance-types", "error", expect.stringMatching(/m5\.xlarge cannot run image .*\n.*x86_64\nimage: arm64/s)],
      ]);
      expect(findings(await look(mirror({ nodes: { ...nodes, size: "m6g.large" } })))).toEqual([]);
    }
  });

  test.each(["ami-00000000000000000", "099720109477/no-such-image", "no-such-image"])(
    "an image that is not there: %s",
    async (image) => {
      const seen = await look(mirror({ image }));
      expect(findings(seen)).toEqual([
        ["instance-types", "error", expect.stringContaining(`Image ${image} is not to be found`)],
      ]);
    },
  );

  test("the name of an SSM parameter is not looked up, and that is said", async () => {
    const seen = await look(mirror({ image: "ssm:/aws/service/image" }));
    expect(findings(seen)).toEqual([]);
    expect(unchecked(seen)).toEqual([
      expect.stringContaining("ssm:/aws/service/image is the name of an SSM parameter"),
    ]);
  });
});

describe("quotas", () => {
  test("vCPUs of running instances; stopped and spot ones do not count", async () => {
    const run = new RunInstancesCommand({
      ImageId: await anImage(),
      InstanceType: "m5.24xlarge",
      MinCount: 3,
      MaxCount: 3,
    });
    const { Instances = [] } = await emulator.clients.ec2.send(run);
    const InstanceIds = Instances.map(({ InstanceId }) => present(InstanceId, "InstanceId"));
    const terminate = () => emulator.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    undo.push(terminate);
    expect(findings(await look())).toEqual([
      [
        "quotas",
        "error",
        expect.stringMatching(/needs 18 vCPU, and the quota "Running On-Demand Standard .*" leaves 0/),
      ],
    ]);
    await terminate();
    expect(findings(await look())).toEqual([]);
  });

  test("VPCs, which come with as many internet gateways; an existing VPC needs none", async () => {
    for (let i = 0; i < 4; i++) await aVpc(`10.${i}.0.0/16`);
    expect(findings(await look())).toEqual([
      ["quotas", "error", expect.stringContaining('needs 1 VPC, and the quota "VPCs per Region" leaves 0')],
    ]);
  });

  test("gp3 storage", async () => {
    for (let i = 0; i < 4; i++) {
      const create = new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 16_384, VolumeType: "gp3" });
      const { VolumeId } = await emulator.clients.ec2.send(create);
      undo.push(() => emulator.clients.ec2.send(new DeleteVolumeCommand({ VolumeId })));
    }
    expect(findings(await look())).toEqual([["quotas", "error", expect.stringMatching(/TiB.*gp3.*leaves 0/)]]);
  });

  test("Elastic IPs and NAT gateways of a mirror with private subnets", async () => {
    const { ec2 } = emulator.clients;
    const SubnetId = await aSubnet(await aVpc("10.9.0.0/16"), "10.9.0.0/24");
    for (let i = 0; i < 5; i++) {
      const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
      undo.push(() => ec2.send(new ReleaseAddressCommand({ AllocationId })));
      const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
      undo.push(() => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId })));
    }
    const { mirror: shape } = mirror({});
    const seen = await look({ mirror: { ...shape, natGateways: 1 }, network: { id: "vpc-1", cidr: "172.20.0.0/16" } });
    expect(findings(seen).filter(([name]) => name === "quotas")).toEqual([
      ["quotas", "error", expect.stringContaining('"EC2-VPC Elastic IPs" leaves 0')],
      ["quotas", "error", expect.stringContaining('"NAT gateways per Availability Zone" leaves 0')],
    ]);
  });
});

describe("an existing VPC", () => {
  test("that is not there", async () => {
    const seen = await look({ network: { id: "vpc-0123456789abcdef0", cidr: "172.20.0.0/16" } });
    expect(findings(seen)).toEqual([["addresses", "error", expect.stringContaining("no VPC vpc-0123456789abcdef0")]]);
  });

  test("with other subnets in the way; with room; with too few addresses in a subnet that is given", async () => {
    const id = await aVpc("172.20.0.0/16");
    const network = { id, cidr: "172.20.0.0/16" };
    expect(findings(await look({ network }))).toEqual([]);
    const subnet = await aSubnet(id, "172.20.64.0/28");
    expect(findings(await look({ network }))).toEqual([
      ["addresses", "error", expect.stringContaining(`overlaps subnets that are there.\n${subnet}: 172.20.64.0/28`)],
    ]);
    const { mirror: shape } = mirror({});
    const groups = shape.groups.map((group) => ({ ...group, zones: ["us-east-1a"], size: 9 }));
    const given = { ...shape, groups, subnets: [{ zone: "us-east-1a", id: subnet }] };
    expect(findings(await look({ network, mirror: given }))).toEqual([
      ["addresses", "error", expect.stringMatching(/has 11 free addresses, and the mirror needs 29 in us-east-1a/)],
    ]);
  });
});

describe("credentials", () => {
  test("that expire before the rehearsal can be over", async () => {
    const soon = new Date(Date.now() + 20 * 60_000).toISOString();
    Object.assign(process.env, { AWS_SESSION_TOKEN: "token", AWS_CREDENTIAL_EXPIRATION: soon });
    expect(findings(await look())).toEqual([
      ["credentials", "error", expect.stringMatching(/expire in \d+ min, .* 60 min/)],
    ]);
    const later = new Date(Date.now() + 120 * 60_000).toISOString();
    process.env["AWS_CREDENTIAL_EXPIRATION"] = later;
    expect(findings(await look())).toEqual([]);
  });

  test("that are temporary, and nobody says until when", async () => {
    process.env["AWS_SESSION_TOKEN"] = "token";
    expect(findings(await look())).toEqual([["credentials", "warning", expect.stringContaining("nobody says when")]]);
  });
});

describe("names that are taken", () => {
  const { s3, route53, ec2 } = {
    s3: () => emulator.clients.s3,
    route53: () => emulator.clients.route53,
    ec2: () => emulator.clients.ec2,
  };

  test("the bucket, unless it is this stack's", async () => {
    await s3().send(new CreateBucketCommand({ Bucket: "example-store" }));
    undo.push(() => s3().send(new DeleteBucketCommand({ Bucket: "example-store" })));
    expect(findings(await look())).toEqual([
      ["collisions", "error", expect.stringMatching(/example-store is there already.*\nit carries no ownership tag/s)],
    ]);
    for (const [owner, found] of [
      ["me", []],
      ["you", [["collisions", "error", expect.stringContaining("of owner you")]]],
    ] as const) {
      const Tagging = { TagSet: [{ Key: tagKeys.owner, Value: owner }] };
      await s3().send(new PutBucketTaggingCommand({ Bucket: "example-store", Tagging }));
      expect(findings(await look())).toEqual(found);
    }
  });

  test("the API's records, and a public zone of the name", async () => {
    const create = new CreateHostedZoneCommand({ Name: "k8s.example.com", CallerReference: "1" });
    const { HostedZone } = await route53().send(create);
    const HostedZoneId = present(HostedZone?.Id, "Id").replace("/hostedzone/", "");
    undo.push(() => route53().send(new DeleteHostedZoneCommand({ Id: HostedZoneId })));
    const zone = "k8s.example.com";
    expect(findings(await look())).toEqual([]);
    expect(findings(await look({ dns: { mode: "new", zone } }))).toEqual([
      ["collisions", "warning", expect.stringContaining(HostedZoneId)],
    ]);
    expect(findings(await look({ dns: { mode: "existing", zone } }))).toEqual([]);
    expect(findings(await look({ dns: { mode: "existing", zone: "example.com" } }))).toEqual([
      ["collisions", "error", expect.stringContaining("no public hosted zone example.com")],
    ]);
    const record = (Action: "UPSERT" | "DELETE", Name: string) =>
      route53().send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId,
          ChangeBatch: {
            Changes: [
              { Action, ResourceRecordSet: { Name, Type: "A", TTL: 60, ResourceRecords: [{ Value: "10.0.0.1" }] } },
            ],
          },
        }),
      );
    for (const name of ["api.other.k8s.example.com", "api.mirror.k8s.example.com"]) {
      await record("UPSERT", name);
      undo.push(() => record("DELETE", name));
    }
    expect(findings(await look())).toEqual([
      ["collisions", "error", expect.stringMatching(/has records of a cluster .*\napi\.mirror\.k8s\.example\.com\.$/s)],
    ]);
    const AddTags = [{ Key: tagKeys.owner, Value: "me" }];
    await route53().send(
      new ChangeTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: HostedZoneId, AddTags }),
    );
    expect((await look()).aws.zones).toEqual({
      known: true,
      value: [{ id: HostedZoneId, private: false, owner: "me" }],
    });
  });

  test("what carries the cluster's tag, unless it is this stack's; instances that are gone do not count", async () => {
    const vpc = await aVpc("10.9.0.0/16");
    const tag = (Key: string, Value: string, id = vpc) =>
      ec2().send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value }] }));
    await tag("KubernetesCluster", "other.k8s.example.com");
    expect(findings(await look())).toEqual([]);
    await tag("KubernetesCluster", "mirror.k8s.example.com");
    expect(findings(await look())).toEqual([
      ["collisions", "error", expect.stringContaining(`vpc/${vpc}: it carries no`)],
    ]);
    await tag(tagKeys.owner, "you");
    expect(findings(await look())).toEqual([["collisions", "error", expect.stringContaining("of owner you")]]);
    await tag(tagKeys.owner, "me");
    expect(findings(await look())).toEqual([]);

    await tag("KubernetesCluster", "other.k8s.example.com");
    const run = new RunInstancesCommand({
      ImageId: await anImage(),
      InstanceType: "m5.large",
      MinCount: 1,
      MaxCount: 1,
    });
    const id = present((await ec2().send(run)).Instances?.[0]?.InstanceId, "InstanceId");
    await tag("KubernetesCluster", "mirror.k8s.example.com", id);
    expect(findings(await look())).toEqual([["collisions", "error", expect.stringContaining(`instance/${id}`)]]);
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(findings(await look())).toEqual([]);
  });
});

describe("calls that get no answer", () => {
  const services = ["ec2", "elasticloadbalancing", "route53", "s3", "servicequotas"];

  test("throttled throughout: repeated, bounded, and never taken for 'there is none'", async () => {
    await emulator.clients.s3.send(new CreateBucketCommand({ Bucket: "example-store" }));
    undo.push(() => emulator.clients.s3.send(new DeleteBucketCommand({ Bucket: "example-store" })));
    for (const service of services) emulator.faults.add("aws-throttle", { target: `${service}:*` });
    await emulator.aws.faultsApplied();
    const before = (await requests()).length;
    const { aws, checks } = await look();
    const { credentials, quotas, usage, images, vpc, ...rest } = aws;
    expect(credentials.known && vpc.known).toBe(true);
    for (const fact of [
      ...Object.values(rest),
      ...quotas.values(),
      ...(Object.values(usage) as Fact<unknown>[]),
      ...images.values(),
    ])
      expect(fact).toMatchObject({
        known: false,
        why: expect.stringMatching(/was throttled each time \(.*, 6 attempts\)/),
      });
    expect(findings({ checks })).toEqual([]);
    const open = checks.filter((check) => check.unchecked.length > 0).map(({ name }) => name);
    expect(open).toEqual(["instance-types", "quotas", "collisions"]);
    const attempts = new Map<string, number>();
    for (const { service, action } of (await requests()).slice(before))
      attempts.set(`${service}:${action}`, (attempts.get(`${service}:${action}`) ?? 0) + 1);
    expect(attempts.get("ec2:DescribeVolumes")).toBe(6);
    expect(attempts.get("s3:GetBucketTagging")).toBe(6);
    expect(attempts.get("sts:GetCallerIdentity")).toBe(1);
  });

  test("throttled for a while: asked until there is an answer", async () => {
    const fault = emulator.faults.add("aws-throttle", { target: "ec2:DescribeVolumes" });
    await emulator.aws.faultsApplied();
    const before = (await requests()).length;
    const refused = async () =>
      (await requests()).slice(before).filter(({ action }) => action === "DescribeVolumes").length;
    const looking = look();
    while ((await refused()) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    emulator.faults.clear(fault.id);
    const seen = await looking;
    expect(seen.aws.usage.gp3Gib).toEqual({ known: true, value: 0 });
    expect(unchecked(seen)).toEqual([]);
  });

  test("denied: every question stays open, by action and principal; the state store's is an error", async () => {
    for (const service of services) emulator.faults.add("aws-deny", { target: `${service}:*` });
    await emulator.aws.faultsApplied();
    const seen = await look();
    expect(findings(seen)).toEqual([
      [
        "collisions",
        "error",
        expect.stringMatching(
          /The bucket example-store may not be looked at.*s3:GetBucketTagging on example-store was denied to arn:aws:\S+\nAccessDenied \(403\)/s,
        ),
      ],
    ]);
    const why = unchecked(seen).join("\n");
    for (const action of [
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeInstances",
      "ec2:DescribeVolumes",
      "ec2:DescribeVpcs",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeTags",
      "route53:ListHostedZonesByName",
      "servicequotas:GetServiceQuota",
    ])
      expect(why).toMatch(new RegExp(`${action} was denied: \\w+ \\(\\d+\\): .*not authorized`));
  });
});

describe("the command", () => {
  let dir: string;
  let kops: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "preflight-"));
    kops = (await findTools({ only: ["kops"] })).binDir;
    await copyFile("Pulumi.yaml", join(dir, "Pulumi.yaml"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  async function preflight(changes: Record<string, unknown>, ...args: string[]) {
    const config = Object.entries({ ...required, ...changes }).map(([key, value]) => [
      `kops-upgrade-rehearsal:${key}`,
      value,
    ]);
    await writeFile(join(dir, "Pulumi.shop.yaml"), stringify({ config: Object.fromEntries(config) as object }));
    return await execa("node", [resolve("bin/rehearsal.mjs"), "preflight", ...args], {
      cwd: dir,
      env: { ...emulator.aws.env, PATH: `${kops}:${process.env["PATH"]}` },
      reject: false,
      timeout: 60_000,
    });
  }

  test("reads the stack file, shows each check, and exits by what stands in the way", async () => {
    const many = { nodes: { size: "m5.xlarge", zones: ["us-east-1a"], count: 70 } };
    const refused = await preflight(many);
    expect(refused).toMatchObject({ exitCode: 14, stderr: "" });
    expect(refused.stdout).toMatch(/^ERROR +quotas/m);
    expect(refused.stdout).toMatch(/error: The mirror needs 286 vCPU, .* leaves 256/);
    expect(refused.stdout).toContain("-> ask for more: aws service-quotas request-service-quota-increase");
    expect(refused.stdout).toContain("preflight: { accept: [quotas] } in Pulumi.shop.yaml");
    expect(refused.stdout).toMatch(/^ok +kops against Kubernetes .*kops 1\.35\.0$/m);
    expect(refused.stdout).toMatch(/^not checked: .*no production\.kubeconfig \(version-skew, removed-apis, /m);

    const accepted = await preflight({ ...many, preflight: { accept: ["quotas"] } }, "-s", "shop", "-o", "json");
    expect(accepted.exitCode).toBe(0);
    expect(JSON.parse(accepted.stdout)).toMatchObject({ stopped: false, errors: 1, accepted: ["quotas"] });
  });

  test("wrong settings end it before AWS is asked, all at once", async () => {
    const before = (await requests()).length;
    const wrong = await preflight({ clusterName: "Upper.example.com", preflight: { accept: ["collisions"] } });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("2 settings are wrong in stack shop");
    expect(wrong.stderr).toMatch(/preflight\.accept.*collisions cannot be accepted/s);
    expect((await requests()).length).toBe(before);
  });
});

async function anImage(): Promise<string> {
  const { Images = [] } = await emulator.clients.ec2.send(new DescribeImagesCommand({ Owners: ["099720109477"] }));
  return present(Images[0]?.ImageId, "ImageId");
}

async function aVpc(CidrBlock: string): Promise<string> {
  const { Vpc } = await emulator.clients.ec2.send(new CreateVpcCommand({ CidrBlock }));
  const VpcId = present(Vpc?.VpcId, "VpcId");
  undo.push(() => emulator.clients.ec2.send(new DeleteVpcCommand({ VpcId })));
  return VpcId;
}

async function aSubnet(VpcId: string, CidrBlock: string): Promise<string> {
  const create = new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: "us-east-1a" });
  const SubnetId = present((await emulator.clients.ec2.send(create)).Subnet?.SubnetId, "SubnetId");
  undo.push(() => emulator.clients.ec2.send(new DeleteSubnetCommand({ SubnetId })));
  return SubnetId;
}
