import { spawn } from "node:child_process";
import { appendFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { CreateTagsCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { diffInventory, inventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { channelFile } from "../../../lab/aws/start.ts";
import { ownershipTags, tagKeys, type Ownership, type Tags } from "../../../ownership/tags.ts";
import { manifestsYaml } from "../../../rehearsal/manifests.ts";
import { manifestsOf } from "../../../settings/manifests.ts";
import { findTools } from "../../../tools/index.ts";
import { exampleSettings } from "../../components/settings.ts";
import { required } from "../../unit/settings/example.ts";
import { PulumiProject } from "../plugins/pulumi.ts";
import { startEmulator, type Emulator, type Request } from "./emulator.ts";
import { newOperator, type Operator } from "./operators.ts";
import { createGroup, createWorld, groupInstances, present } from "./world.ts";

jest.setTimeout(1_800_000);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const production = "prod.k8s.example.com";
const settings = {
  ...required,
  clusterName: "mirror.k8s.example.com",
  dns: { mode: "private", zone: "k8s.example.com" },
};
const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

let emulator: Emulator;
let kopsPath: string;
let operator: Operator;
let empty: Inventory;
let productionParts: readonly string[];

beforeAll(async () => {
  kopsPath = (await findTools({ only: ["kops"] })).paths.kops;
  emulator = await startEmulator();
  productionParts = await makeProduction();
  empty = await now();
  operator = await newOperator(emulator, {}, { PATH: `${dirname(kopsPath)}:${process.env["PATH"] ?? ""}` });
});
afterAll(async () => {
  await operator?.remove();
  await emulator?.stop();
});

const now = (): Promise<Inventory> => inventory(emulator.aws.endpoint);
const sweep = (...args: string[]) => operator.rehearsal("sweep", "--production", production, ...args);

/** A cluster beside the mirror whose tags look like a mirror's: the same stack and cluster, but no owner. */
async function makeProduction(): Promise<string[]> {
  const { ec2, s3, route53 } = emulator.clients;
  const world = await createWorld(emulator.clients, `nodes.${production}`);
  await createGroup(emulator.clients, world, `nodes.${production}`, 2);
  const instances = (await groupInstances(emulator.clients, `nodes.${production}`)).map((it) => it.InstanceId ?? "");
  const Tags = tagList({
    ...Object.fromEntries(Object.values(tagKeys).map((key) => [`${key}s`, "looks alike"])),
    [tagKeys.stack]: "test",
    [tagKeys.cluster]: settings.clusterName,
    [tagKeys.expiresAt]: "2020-01-01T00:00:00Z",
    KubernetesCluster: production,
  });
  const Resources = [world.vpc, world.securityGroup, ...world.subnets, ...instances];
  await ec2.send(new CreateTagsCommand({ Resources, Tags }));
  const Bucket = "prod-state";
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: Tags } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: `${production}/config`, Body: "kind: Cluster" }));
  await s3.send(new CreateBucketCommand({ Bucket: "issuers" }));
  await s3.send(new PutObjectCommand({ Bucket: "issuers", Key: `${production}/openid/v1/jwks`, Body: "{}" }));
  const zone = await route53.send(new CreateHostedZoneCommand({ Name: "k8s.example.com", CallerReference: "p" }));
  const record = { Name: `api.${production}`, Type: "A" as const, TTL: 60, ResourceRecords: [{ Value: "10.0.0.1" }] };
  const Changes = [{ Action: "CREATE" as const, ResourceRecordSet: record }];
  const HostedZoneId = present(zone.HostedZone?.Id, "Id").replace("/hostedzone/", "");
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  return [...Resources, Bucket, HostedZoneId, production];
}

/** Calls that change something, by what the emulator says that they need. */
async function writesSince(count: number): Promise<Request[]> {
  const requests = (await emulator.requests()).slice(count);
  return requests.filter(({ action }) => !/^(Describe|List|Get|Head|Decode|AssumeRole)/.test(action));
}

/** No write names anything of production's. */
async function expectProductionUntouched(sinceRequest: number): Promise<void> {
  const writes = await writesSince(sinceRequest);
  const touched = writes.filter((request) => productionParts.some((part) => JSON.stringify(request).includes(part)));
  expect(touched).toEqual([]);
  expect(writes.length).toBeGreaterThan(0);
}

const requestCount = async (): Promise<number> => (await emulator.requests()).length;

/** Starts `kops`; the process can be killed. */
function kops(...args: string[]) {
  const env = { ...process.env, ...emulator.aws.env, KUBECONFIG: join(emulator.dir, "kubeconfig"), HOME: emulator.dir };
  const child = spawn(kopsPath, args, { env, stdio: ["ignore", "ignore", "pipe"], timeout: 600_000 });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<void>((resolve, reject) => {
    child.on("exit", (code, signal) => (code === 0 || signal === "SIGKILL" ? resolve() : reject(new Error(stderr))));
  });
  return { ended, kill: () => child.kill("SIGKILL") };
}

/** The mirror's cluster in a state store and VPC that are there. */
async function createCluster(stateStore: string, networkId: string, tags: Tags) {
  const file = join(emulator.dir, "mirror.yaml");
  const own = exampleSettings({ stateStore, networking: "flannel", dns: { mode: "none" } });
  const [cluster = {}, ...groups] = manifestsOf(own, { networkId, tags });
  const spec = { ...Object(cluster["spec"]), channel: pathToFileURL(channelFile).href } as object;
  const manifests = [{ ...cluster, spec }, ...groups];
  await writeFile(file, manifestsYaml(manifests));
  const at = ["--state", `s3://${stateStore}`];
  await kops("replace", "--force", "-f", file, ...at).ended;
  return kops("update", "cluster", "--name", settings.clusterName, "--yes", "--create-kube-config=false", ...at);
}

/** A cluster with all that kops can put around one: bastion, load balancers, NAT gateways with their addresses. */
async function createPrivateCluster(stateStore: string, networkId: string, tags: Tags): Promise<void> {
  const labels = Object.entries(tags).map((pair) => pair.join("="));
  const name = ["--name", settings.clusterName, "--state", `s3://${stateStore}`];
  const where = ["--network-id", networkId, "--network-cidr", "172.20.0.0/16", "--zones", "us-east-1a"];
  const what = ["--topology", "private", "--bastion", "--dns", "private", "--kubernetes-version", "1.34.3"];
  const how = ["--cloud", "aws", "--channel", pathToFileURL(channelFile).href, "--cloud-labels", labels.join(",")];
  await kops("create", "cluster", ...name, ...where, ...what, ...how).ended;
  await kops("update", "cluster", ...name, "--yes", "--create-kube-config=false").ended;
}

/** The keys of service accounts in a bucket of somebody's, with something beside them, and the provider that trusts them. */
async function createIdentityProvider(tags: Tags): Promise<void> {
  const { iam, s3 } = emulator.clients;
  for (const Key of ["openid/v1/jwks", ".well-known/openid-configuration"])
    await s3.send(new PutObjectCommand({ Bucket: "issuers", Key: `mirror/${Key}`, Body: "{}" }));
  const Url = "https://issuers.s3.us-east-1.amazonaws.com/mirror";
  const ThumbprintList = ["0".repeat(40)];
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList, Tags: tagList(tags) }));
  // As kops cuts it off: nothing of the cluster's name is left.
  const RoleName = `${"a".repeat(57)}-0hash0`;
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}", Tags: tagList(tags) }));
}

async function emptyAndDelete(Bucket: string): Promise<void> {
  const { s3 } = emulator.clients;
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

describe("a mirror whose Pulumi state, runs and state store are lost", () => {
  let pulumi: PulumiProject;
  let owner: string;
  let made: readonly string[];
  const program = `
import { Ownership } from "${root}components/ownership.ts";
import { Prerequisites } from "${root}components/prerequisites.ts";
import { settingsOf } from "${root}settings.ts";
const settings = await settingsOf(${JSON.stringify(settings)});
const ownership = new Ownership("ownership", settings);
export const { owner, tags } = ownership;
export const { networkId } = new Prerequisites("prerequisites", { ...settings, tags });
`;
  beforeAll(async () => {
    pulumi = await PulumiProject.create({ ...emulator.aws.env });
  });
  afterAll(() => pulumi?.remove());

  test("was claimed once: what Pulumi made shows no difference later, and carries the tags as kops' parts do", async () => {
    expect(await pulumi.up(program)).toMatchObject({ ok: true });
    const outputs = (await pulumi.outputs()) as { owner: string; tags: Tags; networkId: string };
    owner = outputs.owner;
    expect(outputs.tags).toMatchObject({ [tagKeys.owner]: owner, [tagKeys.cluster]: settings.clusterName });
    expect(Date.parse(outputs.tags[tagKeys.expiresAt] ?? "")).toBeGreaterThan(Date.now() + 24 * 3_600_000);
    expect(await pulumi.run("preview", "--expect-no-changes")).toMatchObject({ ok: true });
    await createPrivateCluster(settings.stateStore, outputs.networkId, outputs.tags);
    await createIdentityProvider(outputs.tags);
    made = diffInventory(empty, await now()).added;
    expect(made.length).toBeGreaterThan(60);
  });

  test("is listed whole, and listing touches nothing", async () => {
    const count = await requestCount();
    const { stdout, exitCode } = await sweep("-o", "json");
    expect(exitCode).toBe(0);
    expect(await writesSince(count)).toEqual([]);
    const mirrors = JSON.parse(stdout) as (Ownership & { state: string; resources: { kind: string; id: string }[] })[];
    expect(mirrors).toMatchObject([
      { owner, stack: "test", cluster: settings.clusterName, state: "current", refusals: [] },
    ]);
    const kinds = new Set(mirrors[0]?.resources.map(({ kind }) => kind));
    for (const kind of [
      "bucket",
      "hosted-zone",
      "vpc",
      "internet-gateway",
      "subnet",
      "security-group",
      "instance",
      "volume",
    ])
      expect(kinds).toContain(kind);
    for (const kind of ["natgateway", "elastic-ip", "load-balancer", "target-group", "route-table"])
      expect(kinds).toContain(kind);
    for (const kind of ["auto-scaling-group", "launch-template", "role", "instance-profile", "queue", "event-rule"])
      expect(kinds).toContain(kind);
  });

  test("is left alone while it is not expired, unless its owner is named", async () => {
    const count = await requestCount();
    const { stderr, exitCode } = await sweep("--delete", "--yes");
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`--owner ${owner}`)]);
    expect(await writesSince(count)).toEqual([]);
  });

  test("nothing is deleted without confirmation, nor while nobody says what production is", async () => {
    const count = await requestCount();
    expect(await sweep("--delete", "--owner", owner)).toMatchObject({ exitCode: 2 });
    const blind = await operator.rehearsal("sweep", "--delete", "--yes", "--owner", owner);
    expect([blind.exitCode, blind.stderr]).toEqual([2, expect.stringContaining("not known what production is")]);
    const same = await operator.rehearsal("sweep", "--delete", "--yes", "--production", settings.clusterName);
    expect(same.stderr).toContain(`${settings.clusterName} is the name of production`);
    expect(await writesSince(count)).toEqual([]);
  });

  test("is deleted by its tags alone; the inventory is as before, and what looks alike beside it is untouched", async () => {
    await emptyAndDelete(settings.stateStore);
    const listed = await sweep();
    expect(listed.stdout).toContain("orphaned: its state store is gone");
    const count = await requestCount();
    const { exitCode, stderr } = await sweep("--delete", "--yes");
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`nothing is left of ${settings.clusterName}`)]);
    expect(diffInventory(empty, await now())).toEqual({ added: [], removed: [] });
    await expectProductionUntouched(count);
    expect((await sweep()).stdout).toBe("Nothing carries the tag of a mirror.");
  });
});

describe("an expired mirror that is half created", () => {
  const ownership = {
    owner: "owner-2",
    stack: "nightly",
    cluster: settings.clusterName,
    expiresAt: "2026-01-01T00:00:00Z",
    region: "us-east-1",
  };
  const tags = ownershipTags(ownership);

  test("is left alone while somebody works on it, then deleted by kops and by its tags, with its state store", async () => {
    const { ec2, s3 } = emulator.clients;
    const Bucket = "nightly-store";
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(tags) } }));
    const TagSpecifications = [{ ResourceType: "vpc" as const, Tags: tagList(tags) }];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "172.20.0.0/16", TagSpecifications }));
    const update = await createCluster(Bucket, present(Vpc?.VpcId, "VpcId"), tags);
    const half = async (): Promise<void> => {
      for (let i = 0; i < 600; i++, await delay(200))
        if ((await now()).some((entry) => entry.startsWith("elbv2/load_balancers/"))) return;
    };
    await Promise.race([update.ended, half()]);
    update.kill();
    await update.ended;

    const at = { stateStore: `s3://${Bucket}`, owner: ownership.owner, stack: ownership.stack };
    expect(await operator.step("own", at)).toMatchObject({ exitCode: 0 });
    const held = await sweep("--delete", "--yes");
    expect([held.exitCode, held.stderr]).toEqual([1, expect.stringMatching(/is not free[^]*step own/)]);

    const { hold } = JSON.parse(await lockText(Bucket)) as { hold: string };
    const count = await requestCount();
    const thief = await newOperator(
      emulator,
      {},
      {
        PATH: `${dirname(kopsPath)}:${process.env["PATH"] ?? ""}`,
        REHEARSAL_TAKE_OVER: hold,
      },
    );
    const { exitCode, stderr } = await thief.rehearsal("sweep", "--production", production, "--delete", "--yes");
    await thief.remove();
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`kops deletes ${settings.clusterName}`)]);
    expect(diffInventory(empty, await now())).toEqual({ added: [], removed: [] });
    await expectProductionUntouched(count);
  });

  async function lockText(bucket: string): Promise<string> {
    const Key = `rehearsals/${settings.clusterName}.lock.json`;
    const { Body } = await emulator.clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  }
});

describe("production's name as the mirror's is refused, and AWS is not even asked", () => {
  const own = { clusterName: production, nodes: 3 };

  test("by pulumi preview and up, before they make anything", async () => {
    const pulumi = await PulumiProject.create({ ...emulator.aws.env });
    try {
      const wrong = Object.entries({ ...settings, clusterName: production, production: own });
      const config = Object.fromEntries(wrong.map(([name, value]) => [`plugins:${name}`, value]));
      await appendFile(join(pulumi.dir, "Pulumi.test.yaml"), `\nconfig: ${JSON.stringify(config)}\n`);
      await pulumi.program(`
import { Prerequisites } from "${root}components/prerequisites.ts";
import { readSettings } from "${root}settings.ts";
new Prerequisites("prerequisites", await readSettings());
`);
      const count = await requestCount();
      for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
        const { ok, text } = await pulumi.run(...command);
        expect([ok, text]).toEqual([false, expect.stringContaining("is production's name; the mirror needs its own")]);
      }
      expect(await requestCount()).toBe(count);
    } finally {
      await pulumi.remove();
    }
  });

  test.each(["own", "apply", "upgrade", "revert", "delete"] as const)("by step %s", async (step) => {
    const count = await requestCount();
    const identity = { clusterName: production, networkCidrs: [] };
    const { exitCode, stderr } = await operator.step(step, { clusterName: production, production: identity });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^error: Refused to .* prod\.k8s\.example\.com/)]);
    expect(await requestCount()).toBe(count);
  });
});
