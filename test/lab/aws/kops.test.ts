import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { AttachInternetGatewayCommand, CreateInternetGatewayCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { diffInventory, inventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { channelFile } from "../../../lab/aws/start.ts";
import { findTools } from "../../../tools/index.ts";
import { startEmulator, type Emulator } from "./emulator.ts";
import { groupInstances, present } from "./world.ts";

const run = promisify(execFile);
const kopsTimeoutMs = 300_000;
jest.setTimeout(5 * kopsTimeoutMs);

let emulator: Emulator;
let kopsPath: string;
let vpc: string;
let sshKey: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  kopsPath = (await findTools({ only: ["kops"] })).paths.kops;
  emulator = await startEmulator();
  const { ec2, route53, s3 } = emulator.clients;
  await s3.send(new CreateBucketCommand({ Bucket: "kops-state" }));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  vpc = present(Vpc?.VpcId, "VpcId");
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  await ec2.send(
    new AttachInternetGatewayCommand({ VpcId: vpc, InternetGatewayId: InternetGateway?.InternetGatewayId }),
  );
  await route53.send(
    new CreateHostedZoneCommand({
      Name: "k8s.example.com",
      CallerReference: "1",
      VPC: { VPCId: vpc, VPCRegion: "us-east-1" },
      HostedZoneConfig: { PrivateZone: true },
    }),
  );
  sshKey = join(emulator.dir, "id.pub");
  await writeFile(sshKey, rsaPublicKey());
  env = {
    ...process.env,
    ...emulator.aws.env,
    KOPS_STATE_STORE: "s3://kops-state",
    KUBECONFIG: join(emulator.dir, "kubeconfig"),
    HOME: emulator.dir,
  };
});
afterAll(() => emulator.stop());

async function kops(...args: string[]): Promise<string> {
  const options = { env, timeout: kopsTimeoutMs, maxBuffer: 64 * 1024 * 1024 };
  const { stdout, stderr } = await run(kopsPath, args, options);
  return stdout + stderr;
}
const now = (): Promise<Inventory> => inventory(emulator.aws.endpoint);

/** An RSA key as `ssh-keygen` writes it. */
function rsaPublicKey(): string {
  const { e = "", n = "" } = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });
  const field = (data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, data]);
  };
  const number = (text: string): Buffer => {
    const bytes = Buffer.from(text, "base64url");
    // A leading one bit would make the number negative.
    return field((bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
  };
  return `ssh-rsa ${Buffer.concat([field(Buffer.from("ssh-rsa")), number(e), number(n)]).toString("base64")} lab\n`;
}

const create = (name: string, ...args: string[]): string[] => [
  "create",
  "cluster",
  ...["--name", name, "--cloud", "aws", "--channel", pathToFileURL(channelFile).href],
  ...["--zones", "us-east-1a,us-east-1b,us-east-1c", "--kubernetes-version", "1.34.3", "--ssh-public-key", sshKey],
  ...args,
];

describe("a cluster in a VPC of its owner's", () => {
  const name = "mirror.k8s.example.com";
  const control = `control-plane-us-east-1a.masters.${name}`;
  const cluster = ["--name", name];
  let before: Inventory;

  test("is created from manifests, and then there is nothing left to change", async () => {
    before = await now();
    const size = ["--control-plane-size", "m5.large", "--node-size", "m5.xlarge", "--node-count", "3"];
    const network = ["--network-id", vpc, "--networking", "flannel", "--dns", "private"];
    const planned = await run(kopsPath, [...create(name, ...size, ...network), "--dry-run", "-o", "yaml"], {
      env,
      timeout: kopsTimeoutMs,
    });
    const manifest = join(emulator.dir, "cluster.yaml");
    await writeFile(manifest, planned.stdout);
    await kops("replace", "--force", "-f", manifest);
    await kops("create", "secret", "sshpublickey", "admin", ...cluster, "-i", sshKey);
    await kops("update", "cluster", ...cluster, "--yes", "--admin");
    expect(await kops("update", "cluster", ...cluster)).toContain("No changes need to be applied");
    expect(await groupInstances(emulator.clients, control)).toHaveLength(1);
    for (const zone of ["a", "b", "c"]) {
      expect(await groupInstances(emulator.clients, `nodes-us-east-1${zone}.${name}`)).toMatchObject([
        { AvailabilityZone: `us-east-1${zone}`, LifecycleState: "InService", InstanceType: "m5.xlarge" },
      ]);
    }
  });

  test("needs an update of every instance after an upgrade, and none when they are replaced", async () => {
    await kops("edit", "cluster", ...cluster, "--set", "spec.kubernetesVersion=1.35.0");
    const preview = await kops("update", "cluster", ...cluster);
    expect(preview).toContain("Will modify resources");
    await kops("update", "cluster", ...cluster, "--yes");
    expect(await kops("update", "cluster", ...cluster)).toContain("No changes need to be applied");

    const needed = await kops("rolling-update", "cluster", ...cluster, "--cloudonly");
    expect(needed.match(/NeedsUpdate/g)).toHaveLength(4);
    const intervals = ["--control-plane-interval=1ms", "--node-interval=1ms", "--bastion-interval=1ms"];
    await kops("rolling-update", "cluster", ...cluster, "--cloudonly", ...intervals, "--yes");
    expect(await kops("rolling-update", "cluster", ...cluster, "--cloudonly")).toContain("No rolling-update required");
    const [instance] = await groupInstances(emulator.clients, control);
    expect(instance?.LaunchTemplate?.Version).toBe("2");
  });

  test("is deleted without a trace", async () => {
    expect(diffInventory(before, await now()).added.length).toBeGreaterThan(50);
    await kops("delete", "cluster", ...cluster, "--yes");
    expect(diffInventory(before, await now())).toEqual({ added: [], removed: [] });
  });

  test("never met a server error, and wrote its state store with the keys of the lab and of this test only", async () => {
    const requests = await emulator.requests();
    expect(requests.filter((request) => request.status >= 500)).toEqual([]);
    const writers = requests.filter(({ service, method }) => service === "s3" && method === "PUT");
    expect(new Set(writers.map((request) => request.accessKey))).toEqual(new Set(["tester", "lab"]));
  });
});

test("a private cluster in a VPC of its own, with everything that kops can put around it, leaves no trace either", async () => {
  const name = "whole.k8s.example.com";
  const before = await now();
  const topology = ["--topology", "private", "--bastion", "--networking", "cilium", "--dns", "none"];
  const control = ["--control-plane-zones", "us-east-1a,us-east-1b,us-east-1c", "--api-loadbalancer-type", "public"];
  await kops(...create(name, ...topology, ...control));
  const update = await kops("update", "cluster", "--name", name, "--yes", "--admin");
  expect(update).not.toContain("supported checksum");
  expect(await kops("update", "cluster", "--name", name)).toContain("No changes need to be applied");
  const { added } = diffInventory(before, await now());
  for (const kind of ["ec2/nat_gateways/", "ec2/addresses/", "elbv2/load_balancers/", "elbv2/target_groups/"]) {
    expect(added.filter((entry) => entry.startsWith(kind)).length).toBeGreaterThan(0);
  }
  await kops("delete", "cluster", "--name", name, "--yes");
  expect(diffInventory(before, await now())).toEqual({ added: [], removed: [] });
});

test("a denied call is an error that kops shows", async () => {
  emulator.faults.add("aws-deny", { target: "s3:GetObject" });
  await emulator.aws.faultsApplied();
  await expect(kops("get", "cluster", "--name", "mirror.k8s.example.com")).rejects.toThrow("AccessDenied");
  emulator.faults.clear();
  await emulator.aws.faultsApplied();
});
