import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { manifestsOf } from "../../../settings/manifests.ts";
import type { RehearsalConfig } from "../../../rehearsal/config.ts";
import { steps } from "../../../rehearsal/config.ts";
import { productionOf, refuseProduction } from "../../../rehearsal/guards.ts";
import { Runs } from "../../../rehearsal/run.ts";
import { runStep } from "../../../rehearsal/step-runner.ts";
import { exampleSettings } from "../../components/settings.ts";
import { configOf } from "./config.fixture.ts";

const production = { clusterName: "prod.example.com", stateStore: "s3://prod", zone: "example.com", networkCidrs: [] };
const manifests = (changes: Record<string, unknown> = {}): RehearsalConfig["manifests"] =>
  manifestsOf(exampleSettings(changes));

test("a mirror of its own passes, with and without its manifests", () => {
  expect(() => refuseProduction("create", configOf(), production)).not.toThrow();
  expect(() => refuseProduction("create", configOf({ manifests: manifests() }), production)).not.toThrow();
});

describe("a refusal names what is done, each setting, and both values", () => {
  test("by the settings", () => {
    const config = configOf({ clusterName: "Prod.example.com", stateStore: "s3://prod/x" });
    expect(() => refuseProduction("delete", config, production)).toThrow(
      /Refused to delete Prod\.example\.com.*\n.*clusterName: Prod\.example\.com is production's name.*prod\.example\.com\)\n.*stateStore: s3:\/\/prod\/x .*s3:\/\/prod\)/,
    );
  });

  test("by what the manifests hold, whatever the settings say", () => {
    const [cluster = {}, ...groups] = manifests();
    const spec = { ...(cluster["spec"] as object), dnsZone: "example.com", configBase: "s3://prod/prod.example.com" };
    const config = configOf({ manifests: [{ ...cluster, spec }, ...groups] });
    expect(() => refuseProduction("create", config, production)).toThrow(/stateStore: s3:\/\/prod.*\n.*dns\.zone/);
  });

  test("by what manifests of the other API version hold, in their places", () => {
    const networking = { networkID: "vpc-0a", networkCIDR: "10.0.0.0/16" };
    const cluster = {
      ...{ apiVersion: "kops.k8s.io/v1alpha3", kind: "Cluster", metadata: { name: configOf().clusterName } },
      spec: { configStore: { base: "s3://prod/prod.example.com" }, networking },
    };
    const real = { ...production, networkId: "vpc-0a", networkCidrs: ["10.0.0.0/8"] };
    expect(() => refuseProduction("create", configOf({ manifests: [cluster] }), real)).toThrow(
      /stateStore: s3:\/\/prod.*\n.*network\.id.*\n.*network\.cidr/,
    );
  });

  test("manifests of another cluster, even when nothing is known of production", () => {
    const other = manifests({ clusterName: "other.k8s.example.com" });
    expect(() => refuseProduction("create", configOf({ manifests: other }), undefined)).toThrow(
      /other\.k8s\.example\.com is another cluster/,
    );
  });
});

describe("production's identity from the environment", () => {
  test("absent, present, and unreadable, which is no absence", () => {
    expect(productionOf({})).toBeUndefined();
    expect(productionOf({ REHEARSAL_PRODUCTION: JSON.stringify(production) })).toEqual(production);
    expect(() => productionOf({ REHEARSAL_PRODUCTION: "prod.example.com" })).toThrow("REHEARSAL_PRODUCTION");
  });
});

describe("every step refuses before it writes anything", () => {
  test.each(steps)("%s", async (step) => {
    const dir = await mkdtemp(join(tmpdir(), "guards-"));
    try {
      const config = configOf({ runsDir: join(dir, "runs"), clusterName: "prod.example.com", production });
      await expect(runStep(step, config)).rejects.toThrow(/^Refused to .* prod\.example\.com/);
      expect(await readdir(dir)).toEqual([]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  test("also when only the record of owning the cluster knows what production is", async () => {
    const dir = await mkdtemp(join(tmpdir(), "guards-"));
    try {
      await new Runs(dir).own(configOf({ production: { ...production, clusterName: "mirror.k8s.example.com" } }));
      await expect(runStep("delete", configOf({ runsDir: dir }))).rejects.toThrow("Refused to delete");
      expect(await readdir(dir)).toEqual(["cluster.json"]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
