import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { policyCommand } from "../../../rehearsal/commands/policy.ts";
import { UsageError } from "../../../rehearsal/errors.ts";
import { required } from "../settings/example.ts";

const account = "123456789012";
const permissionsBoundary = `arn:aws:iam::${account}:policy/edge`;
const before = process.cwd();
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "policy-"));
  process.chdir(dir);
});
afterEach(async () => {
  process.chdir(before);
  await rm(dir, { recursive: true });
});

async function stack(changes: Record<string, unknown> = {}): Promise<void> {
  const settings = Object.entries({ ...required, ...changes });
  const config = Object.fromEntries(settings.map(([name, value]) => [`kops-upgrade-rehearsal:${name}`, value]));
  await writeFile("Pulumi.test.yaml", stringify({ config: { "aws:region": "us-east-1", ...config } }));
}

describe("the policies of a stack", () => {
  test("are those of its settings, by name, whatever the credentials", async () => {
    await stack({ permissionsBoundary });
    const policies = JSON.parse(await policyCommand("mirror", { stack: "test", account })) as Record<string, unknown>;
    expect(Object.keys(policies)).toEqual([
      "kops-rehearsal-test-read",
      "kops-rehearsal-test-mirror-1",
      "kops-rehearsal-test-mirror-2",
    ]);
    const text = JSON.stringify(policies);
    expect(text).toContain(`arn:aws:ec2:us-east-1:${account}:`);
    expect(text).toContain("arn:aws:s3:::example-store/*");
  });

  test("go into files that AWS's command line takes", async () => {
    await stack({ permissionsBoundary });
    expect(await policyCommand("boundary", { stack: "test", account, write: "out" })).toBe("out/edge.json\n");
    expect(await readdir("out")).toEqual(["edge.json"]);
    expect(JSON.parse(await readFile("out/edge.json", "utf8"))).toMatchObject({ Version: "2012-10-17" });
  });

  test("make no role without a boundary, and say what to do", async () => {
    await stack();
    const refused = policyCommand("mirror", { stack: "test", account });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/npx rehearsal policy --kind boundary -s test[\s\S]*Pulumi\.test\.yaml/);
    await expect(policyCommand("read", { stack: "test", account })).resolves.toContain("ReadInRegion");
  });

  test("know Pulumi's state only in S3", async () => {
    await stack({ permissionsBoundary });
    const options = { stack: "test", account };
    const backend = "s3://state/rehearsals";
    expect(await policyCommand("read", { ...options, backend })).toContain("arn:aws:s3:::state/rehearsals/.pulumi/*");
    await expect(policyCommand("read", { ...options, backend: "file://x" })).rejects.toThrow(/not in S3/);
  });
});

test("an API server may have a load balancer without DNS, and where production's manifests say so", async () => {
  const makes = async (changes: Record<string, unknown>): Promise<boolean> => {
    await stack({ permissionsBoundary, ...changes });
    return (await policyCommand("mirror", { stack: "test", account })).includes("MakeLoadBalancer");
  };
  expect(await makes({})).toBe(false);
  expect(await makes({ dns: { mode: "none" } })).toBe(true);
  expect(await makes({ production: { source: "s3://prod-state/prod.example.com" } })).toBe(true);
});

test("roles of service accounts are named as kops cuts them off, by production's manifests", async () => {
  const discoveryStore = "s3://example-keys/mirror";
  const clusterName = "rehearsal-of-production.eu-central-1.clusters.example.com";
  await writeFile("prod.yaml", await readFile(new URL("../../fixtures/clusters/irsa.yaml", import.meta.url), "utf8"));
  await stack({ permissionsBoundary, discoveryStore, clusterName, production: { source: "prod.yaml" } });
  const options = { stack: "test", account };
  const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
  const policy = await policyCommand("mirror", options);
  // The names are those of kops 1.35.
  for (const name of [
    "nodes.rehearsal-of-production.eu-central-1.clusters.example.com",
    `*.sa.${clusterName}`,
    "ledger.pay.sa.rehearsal-of-production.eu-central-1.cluste-4r97d7",
    "ebs-csi-controller-sa.kube-system.sa.rehearsal-of-product-srmsi0",
  ])
    expect(policy).toContain(`"${role(name)}"`);
  await stack({ permissionsBoundary, discoveryStore, production: { source: "gone.yaml" } });
  await expect(policyCommand("mirror", options)).rejects.toThrow(/There is no file .*gone\.yaml[\s\S]*--from/);
  expect(await policyCommand("mirror", { ...options, from: "prod.yaml" })).toContain(role("*.sa."));
  await expect(policyCommand("read", options)).resolves.toContain("ReadInRegion");
});

test("what is wrong in the settings is said at once", async () => {
  await stack({ permissionsBoundary: "edge", stateStore: "X" });
  await expect(policyCommand("read", { stack: "test", account })).rejects.toThrow(
    /stateStore[\s\S]*permissionsBoundary/,
  );
  await expect(policyCommand("read", { stack: "other", account })).rejects.toThrow(
    "There is no Pulumi.other.yaml here.",
  );
  await stack();
  await expect(policyCommand("read", { stack: "test", account: "1" })).rejects.toThrow("twelve digits");
});
