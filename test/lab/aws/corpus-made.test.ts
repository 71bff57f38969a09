import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
} from "@aws-sdk/client-iam";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { execa } from "execa";
import { mirrorGrants } from "../../../iam/mirror-grants.ts";
import type { PolicyParameters } from "../../../iam/parameters.ts";
import { policies } from "../../../iam/policies.ts";
import { readGrants } from "../../../iam/read-grants.ts";
import { Scopes } from "../../../iam/scopes.ts";
import { createSecretArgv, deleteArgv, replaceArgv, updateArgv } from "../../../kops/argv.ts";
import { instanceRoles } from "../../../kops/names.ts";
import { newSecret, requiredSecrets } from "../../../kops/secrets.ts";
import { diffInventory, inventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { setPrincipals } from "../../../lab/aws/principals.ts";
import { channelFile } from "../../../lab/aws/start.ts";
import { deriveMirror } from "../../../mirror/derive.ts";
import { serviceAccounts } from "../../../mirror/service-accounts.ts";
import { ownershipTags } from "../../../ownership/tags.ts";
import { manifestsYaml } from "../../../rehearsal/manifests.ts";
import { findTools } from "../../../tools/index.ts";
import { corpus } from "../../unit/mirror/corpus.ts";
import { startEmulator, type Clients, type Emulator } from "./emulator.ts";
import { evaluate } from "./evaluate.ts";
import { rolePolicy } from "./role-policy.ts";
import { present } from "./world.ts";

jest.setTimeout(900_000);
const account = "123456789012";
const permissionsBoundary = `arn:aws:iam::${account}:policy/kops-rehearsal-boundary`;

/** Kinds of production whose mirrors call what no other does, by the reasons that the policies give for it. */
const kinds: [string, RegExp][] = [
  ["irsa", /roles of their own/],
  ["private-bastion", /topology is private/],
  ["warm-pool", /has warm pools/],
  ["ipv6", /production has IPv6/],
  ["encryption-audit", /named by a parameter|suspends processes|has a classic load balancer/],
];

let emulator: Emulator;
let kopsPath: string;
let before: Inventory;
let network: string;

beforeAll(async () => {
  kopsPath = (await findTools({ only: ["kops"] })).paths.kops;
  emulator = await startEmulator();
  const { ec2, route53, s3, ssm } = emulator.clients;
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["099720109477"] }));
  const image = Images?.find(({ Architecture }) => Architecture === "x86_64")?.ImageId;
  await ssm.send(new PutParameterCommand({ Name: "/audit/node-image", Type: "String", Value: image }));
  for (const Bucket of ["mirror-state", "mirror-discovery"]) await s3.send(new CreateBucketCommand({ Bucket }));
  network = present((await ec2.send(new CreateVpcCommand({ CidrBlock: "10.200.0.0/16" }))).Vpc?.VpcId, "VpcId");
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = present(InternetGateway?.InternetGatewayId, "InternetGatewayId");
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: network, InternetGatewayId }));
  await route53.send(
    new CreateHostedZoneCommand({
      Name: "rehearsal.example.org",
      CallerReference: "1",
      VPC: { VPCId: network, VPCRegion: "us-east-1" },
      HostedZoneConfig: { PrivateZone: true },
    }),
  );
  await ofOthers(emulator.clients);
  before = await inventory(emulator.aws.endpoint);
});
afterAll(() => emulator.stop());

test.each(kinds)(
  "the mirror of %s is made and deleted with its policies, and nothing of it is left",
  async (name, reason) => {
    const clusterName = `${name}.rehearsal.example.org`;
    const tags = ownershipTags({
      ...{ owner: "0a1b2c3d", stack: "test", cluster: clusterName, region: "us-east-1" },
      expiresAt: "2026-01-01T00:00:00Z",
    });
    const channel = pathToFileURL(channelFile).href;
    // As `index.ts` has it: kops makes the VPC of a mirror with IPv6. Its zone would have to be public, and asked for by DNS.
    const ofKops = name === "ipv6";
    const networkId = ofKops ? undefined : network;
    const own = { channel, tags, permissionsBoundary, network: { cidr: "10.200.0.0/16", id: networkId } };
    const dns = ofKops ? ({ dnsType: "None", dnsZone: undefined } as const) : ({ dnsType: "Private" } as const);
    const sample = present(
      corpus({ ...own, ...dns }).find((one) => one.name === name),
      name,
    );
    const { manifests } = deriveMirror(sample.production, sample.settings);
    const stack: PolicyParameters = {
      ...{ account, region: "us-east-1", clusterName, bucket: "mirror-state", permissionsBoundary, networkId },
      dns: ofKops ? { mode: "none" } : { mode: "existing", zone: "rehearsal.example.org" },
      apiLoadBalancer: true,
      discoveryStore: sample.settings.discoveryStore,
      serviceAccounts: serviceAccounts(manifests),
    };
    await setPrincipals(emulator.aws.endpoint, {
      mirror: { policies: Object.values(policies("mirror", "test", stack)) },
    });
    const from = (await emulator.requests()).length;
    const file = join(emulator.dir, `${name}.yaml`);
    await writeFile(file, manifestsYaml(manifests));
    const call = { clusterName, stateStore: "s3://mirror-state" };
    const requests = async () =>
      (await emulator.requests()).slice(from).filter(({ accessKey }) => accessKey === "mirror");
    const secrets = requiredSecrets(manifests);
    const secretFile = join(emulator.dir, "secret");
    for (const secret of secrets) await writeFile(secretFile, newSecret(secret));
    const run = async (args: readonly string[]): Promise<void> => {
      const { exitCode, all } = await kops(args);
      // A call that is refused is repeated until kops is out of time.
      const refused = (await requests()).flatMap((request) => request.refused ?? []);
      expect({ refused, exitCode, end: exitCode === 0 ? "" : all.slice(-2000) }).toEqual({
        refused: [],
        exitCode: 0,
        end: "",
      });
    };
    await run(replaceArgv(call, file));
    for (const secret of secrets) await run(createSecretArgv(call, secret, secretFile));
    await run(updateArgv(call, { yes: true }));
    // kops looks closer at a VPC of its own once that is there.
    if (ofKops) await run(updateArgv(call));
    expect(await beyondBoundary(stack)).toEqual([]);
    await run(deleteArgv(call, { yes: true }));
    const called = new Set((await requests()).flatMap(({ needs }) => needs.map(({ action }) => action)));
    const scopes = new Scopes(stack);
    const reserved = [...readGrants(scopes), ...mirrorGrants(scopes)].flatMap(({ unseen = {} }) =>
      Object.entries(unseen),
    );
    const expected = reserved.filter(([, why]) => reason.test(why)).map(([action]) => action);
    expect(expected).not.toEqual([]);
    expect([...new Set(expected)].filter((action) => !called.has(action))).toEqual([]);
    // Also of what kops has put into the place for the keys of service accounts.
    expect(diffInventory(before, await inventory(emulator.aws.endpoint))).toEqual({ added: [], removed: [] });
  },
);

/** What of what kops has given to the instances the boundary does not leave them. */
async function beyondBoundary(stack: PolicyParameters): Promise<string[]> {
  const { iam } = emulator.clients;
  const own = { ...stack, queue: new Scopes(stack).queue };
  const roles = instanceRoles(stack.clusterName).filter((role) => /^(masters|nodes)/.test(role));
  const accesses = (await Promise.all(roles.map((role) => rolePolicy(iam, role, own)))).flat();
  expect(accesses.length).toBeGreaterThan(50);
  const [boundary] = Object.values(policies("boundary", "test", stack));
  const refusals = await evaluate(accesses.map((access) => ({ ...access, policies: [boundary] })));
  return accesses.filter((_, i) => refusals[i] !== null).map(({ action, resource }) => `${action} ${resource}`);
}

/** What else an account has, which kops reads the tags of when it looks for what is the cluster's. */
async function ofOthers({ iam }: Clients): Promise<void> {
  const name = "nodes.prod.example.com";
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: "{}" }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  const Url = "https://token.actions.githubusercontent.com";
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList: ["0".repeat(40)] }));
}

async function kops(args: readonly string[]) {
  const key = { AWS_ACCESS_KEY_ID: "mirror", S3_ACCESS_KEY_ID: "mirror" };
  const env = { ...emulator.aws.env, ...key, HOME: emulator.dir, KUBECONFIG: join(emulator.dir, "kubeconfig") };
  return await execa(kopsPath, args, { env, all: true, reject: false, timeout: 300_000 });
}
