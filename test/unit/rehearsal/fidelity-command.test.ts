import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { fidelityCommand } from "../../../rehearsal/commands/fidelity.ts";

const before = process.cwd();
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "fidelity-"));
  copyFileSync(new URL("../../../examples/production.yaml", import.meta.url), join(dir, "prod.yaml"));
  copyFileSync(new URL("../../../Pulumi.yaml", import.meta.url), join(dir, "Pulumi.yaml"));
  const settings = {
    clusterName: "mirror.example.org",
    targetVersion: "1.35.0",
    stateStore: "example-store",
    adminAccess: ["203.0.113.0/24"],
    network: { cidr: "10.97.0.0/16" },
    dns: { mode: "none" },
    production: { source: "prod.yaml" },
    waivers: [{ field: "spec.topology.dns", by: "ann@example.com", why: "no zone" }],
  };
  const config = Object.entries(settings).map(([key, value]) => [`kops-upgrade-rehearsal:${key}`, value]);
  const stack = { config: { "aws:region": "us-east-1", ...Object.fromEntries(config) } as Record<string, unknown> };
  writeFileSync(join(dir, "Pulumi.a.yaml"), stringify(stack));
  process.chdir(dir);
});
afterAll(() => {
  process.chdir(before);
  rmSync(dir, { recursive: true });
});

const report = async (options: Parameters<typeof fidelityCommand>[0]) =>
  JSON.parse(await fidelityCommand(options, "json")) as { waived: number; notMirrored: number; scaled: number };

test("a stack is compared with its own source, by its own settings and waivers", async () => {
  expect(await report({ stack: "a" })).toMatchObject({ waived: 1, notMirrored: 0 });
  expect(await fidelityCommand({ stack: "a" }, "text")).toContain(
    "Cluster spec.topology.dns.type: the setting dns.mode says so; waived by ann@example.com: no zone",
  );
});

test("production alone is compared with a mirror like any other", async () => {
  expect(await report({ from: "prod.yaml" })).toMatchObject({ waived: 0, notMirrored: 0 });
});

test("a kubeconfig that is none is told from one whose server does not answer", async () => {
  for (const text of ["apiVersion: v1\nkind: Config\n", "garbage: ["]) {
    writeFileSync(join(dir, "kubeconfig"), text);
    await expect(fidelityCommand({ from: "prod.yaml", kubeconfig: join(dir, "kubeconfig") }, "text")).rejects.toThrow(
      /is no kubeconfig that can be read\.[^]*Next: kubectl --kubeconfig/,
    );
  }
});

test("without production there is nothing to compare with", async () => {
  await expect(fidelityCommand({}, "text")).rejects.toThrow("Which production is the mirror to be compared with?");
  await expect(fidelityCommand({ stack: "none" }, "text")).rejects.toThrow("Pulumi.none.yaml");
  await expect(fidelityCommand({ from: "prod.yaml", fixtures: dir }, "text")).rejects.toThrow("needs --kubeconfig");
});
