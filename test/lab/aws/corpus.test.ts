import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { CreateVpcCommand, DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { createSecretArgv, replaceArgv, updateArgv } from "../../../kops/argv.ts";
import { featureFlagsVariable, requiredFeatureFlags, withFeatureFlags } from "../../../kops/feature-flags.ts";
import { newSecret, requiredSecrets } from "../../../kops/secrets.ts";
import { diffInventory, inventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { channelFile } from "../../../lab/aws/start.ts";
import { deriveMirror } from "../../../mirror/derive.ts";
import { manifestsYaml } from "../../../rehearsal/manifests.ts";
import { findTools } from "../../../tools/index.ts";
import { corpus, identifiersIn, type Sample } from "../../unit/mirror/corpus.ts";
import { startEmulator, type Emulator } from "./emulator.ts";

const run = promisify(execFile);
jest.setTimeout(1_200_000);

const channel = pathToFileURL(channelFile).href;
/** Where production's zone is public, kops asks DNS for the zone's name servers, and there is no DNS here. */
const samples = corpus({ channel, dnsType: "Private" });

let emulator: Emulator;
let kopsPath: string;
let env: NodeJS.ProcessEnv;
let before: Inventory;
/** What kops would do for each sample, or why it refuses. */
const plans = new Map<string, Promise<string>>();

beforeAll(async () => {
  kopsPath = (await findTools({ only: ["kops"] })).paths.kops;
  emulator = await startEmulator();
  const { ec2, route53, s3, ssm } = emulator.clients;
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["099720109477"] }));
  const image = Images?.find(({ Architecture }) => Architecture === "x86_64")?.ImageId;
  await ssm.send(new PutParameterCommand({ Name: "/audit/node-image", Type: "String", Value: image }));
  for (const Bucket of ["mirror-state", "mirror-discovery"]) await s3.send(new CreateBucketCommand({ Bucket }));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  await route53.send(
    new CreateHostedZoneCommand({
      Name: "rehearsal.example.org",
      CallerReference: "1",
      VPC: { VPCId: Vpc?.VpcId, VPCRegion: "us-east-1" },
      HostedZoneConfig: { PrivateZone: true },
    }),
  );
  env = { ...process.env, ...emulator.aws.env, HOME: emulator.dir, KUBECONFIG: join(emulator.dir, "kubeconfig") };
  before = await inventory(emulator.aws.endpoint);
  // Two at a time: one kops leaves a processor idle half of the time.
  const waiting = [...samples];
  const next = async (): Promise<void> => {
    for (let sample = waiting.shift(); sample; sample = waiting.shift()) {
      const plan = planOf(sample);
      plans.set(sample.name, plan);
      await plan.catch(() => undefined);
    }
  };
  await Promise.all([next(), next()]);
});
afterAll(() => emulator.stop());

async function planOf({ name, production, settings }: Sample): Promise<string> {
  const { manifests } = deriveMirror(production, settings);
  const call = { clusterName: settings.name, stateStore: settings.stateStore };
  const flags = withFeatureFlags(env[featureFlagsVariable], requiredFeatureFlags(manifests));
  const options = { env: { ...env, [featureFlagsVariable]: flags }, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 };
  const kops = async (args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run(kopsPath, [...args], options);
    return stdout + stderr;
  };
  const file = join(emulator.dir, `${name}.yaml`);
  await writeFile(file, manifestsYaml(manifests));
  await kops(replaceArgv(call, file));
  for (const secret of requiredSecrets(manifests)) {
    await writeFile(file, newSecret(secret));
    await kops(createSecretArgv(call, secret, file));
  }
  return await kops(updateArgv(call));
}

test.each(samples)("the mirror of $name passes kops replace and a dry run of kops update", async (sample) => {
  const plan = await plans.get(sample.name);
  expect(plan).toContain("Will create resources:");
  for (const { metadata } of deriveMirror(sample.production, sample.settings).manifests.slice(1)) {
    const { name } = metadata as { name: string };
    expect(plan).toContain(name);
  }
  expect(identifiersIn(sample.text).filter((identifier) => plan?.includes(identifier))).toEqual([]);
});

test("a secret that is there is kept: kops says so, and the step takes that for done", async () => {
  await plans.get("encryption-audit");
  const file = join(emulator.dir, "again.yaml");
  await writeFile(file, newSecret("encryptionconfig"));
  const call = { clusterName: "encryption-audit.rehearsal.example.org", stateStore: "s3://mirror-state" };
  await expect(run(kopsPath, createSecretArgv(call, "encryptionconfig", file), { env })).rejects.toThrow(
    /already exists/,
  );
});

test("the dry runs have made nothing besides the files in the state store", async () => {
  const { added } = diffInventory(before, await inventory(emulator.aws.endpoint));
  expect(added.filter((entry) => !entry.startsWith("s3/"))).toEqual([]);
});
