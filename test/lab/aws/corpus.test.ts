import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { createSecretArgv, replaceArgv, updateArgv } from "../../../kops/argv.ts";
import { newSecret, requiredSecrets } from "../../../kops/secrets.ts";
import { diffInventory, inventory } from "../../../lab/aws/inventory.ts";
import { channelFile } from "../../../lab/aws/start.ts";
import { deriveMirror } from "../../../mirror/derive.ts";
import { manifestsYaml } from "../../../rehearsal/manifests.ts";
import { findTools } from "../../../tools/index.ts";
import { corpus } from "../../unit/mirror/corpus.ts";
import { startEmulator, type Emulator } from "./emulator.ts";

const run = promisify(execFile);
jest.setTimeout(120_000);

let emulator: Emulator;
let kopsPath: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  kopsPath = (await findTools({ only: ["kops"] })).paths.kops;
  emulator = await startEmulator();
  const { route53, s3 } = emulator.clients;
  for (const Bucket of ["mirror-state", "mirror-discovery"]) await s3.send(new CreateBucketCommand({ Bucket }));
  await route53.send(new CreateHostedZoneCommand({ Name: "rehearsal.example.org", CallerReference: "1" }));
  env = { ...process.env, ...emulator.aws.env, HOME: emulator.dir, KUBECONFIG: join(emulator.dir, "kubeconfig") };
});
afterAll(() => emulator.stop());

async function kops(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(kopsPath, [...args], { env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 });
  return stdout + stderr;
}

const channel = pathToFileURL(channelFile).href;
const samples = corpus({ channel });

test.each(samples)("the mirror of $name passes kops replace and a dry run of kops update", async (sample) => {
  const { manifests } = deriveMirror(sample.production, sample.settings);
  const call = { clusterName: sample.settings.name, stateStore: sample.settings.stateStore };
  const file = join(emulator.dir, `${sample.name}.yaml`);
  await writeFile(file, manifestsYaml(manifests));
  const before = await inventory(emulator.aws.endpoint);
  await kops(replaceArgv(call, file));
  for (const secret of requiredSecrets(manifests)) {
    await writeFile(file, newSecret(secret));
    await kops(createSecretArgv(call, secret, file));
  }
  const plan = await kops(updateArgv(call));
  expect(plan).toContain("Will create resources:");
  for (const { metadata } of manifests.slice(1)) {
    const { name } = metadata as { name: string };
    expect(plan).toContain(name);
  }
  expect(plan).not.toMatch(/-corp|210987654321/);
  // A dry run makes nothing besides the files in the state store.
  const { added } = diffInventory(before, await inventory(emulator.aws.endpoint));
  expect(added.filter((entry) => !entry.startsWith("s3/"))).toEqual([]);
});
