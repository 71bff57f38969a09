import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { mirrorShape } from "../../../preflight/mirror.ts";
import { parseProduction } from "../../../mirror/production.ts";
import { fidelityOfSettings, hasIpv6, manifestsOf } from "../../../settings/manifests.ts";
import { parseSettings } from "../../../settings/parse.ts";
import { SettingsError } from "../../../settings/problems.ts";
import { required, surroundings } from "./example.ts";

const text = readFileSync(new URL("../../../examples/production.yaml", import.meta.url), "utf8");
const production = parseProduction(text);
const env = { ...surroundings, production };
const { kubernetesVersion, controlPlane, nodes, ...rest } = required;
const raw = {
  ...rest,
  clusterName: "mirror.rehearsal.example.com",
  network: { cidr: "10.97.0.0/16" },
  dns: { mode: "existing", zone: "rehearsal.example.com" },
  production: { source: "s3://example-prod-state-store/prod.k8s.example.com", scale: 0.1 },
};

function problems(changes: Record<string, unknown>, surrounding: typeof surroundings = env): string[] {
  try {
    parseSettings({ ...raw, ...changes }, surrounding);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ path, what }) => `${path.join(".")} ${what}`);
    throw error;
  }
  return [];
}

describe("with production as the source", () => {
  const settings = parseSettings(raw, env);

  test("its manifests say what the settings need not", () => {
    expect(settings).toMatchObject({
      kubernetesVersion: "1.34.3",
      channel: "stable",
      production: {
        clusterName: "prod.k8s.example.com",
        // 3 of the control plane, 60 nodes and 20 spot instances at the most.
        nodes: 83,
        stateStore: "s3://example-prod-state-store",
        zone: "k8s.example.com",
        networkId: "vpc-0a1b2c3d4e5f60718",
      },
    });
    expect(settings.production.networkCidrs[0]).toBe("10.0.0.0/16");
    expect(parseSettings({ ...raw, production: { ...raw.production, nodes: 50 } }, env).production.nodes).toBe(50);
    expect(Object.isFrozen(settings.blueprint)).toBe(true);
  });

  test("how many nodes Karpenter starts is asked for, since no manifest says it", () => {
    const karpenter = {
      ...production.groups[4],
      spec: { role: "Node", manager: "Karpenter", subnets: ["us-east-1b"] },
    };
    const around = { ...env, production: { ...production, groups: [...production.groups.slice(0, 4), karpenter] } };
    expect(problems({}, around)).toEqual([expect.stringMatching(/^production\.nodes is missing; .*Karpenter.* spot$/)]);
    const said = parseSettings({ ...raw, production: { ...raw.production, nodes: 300 } }, around);
    expect(said.production.nodes).toBe(300);
    expect(mirrorShape(manifestsOf(said)).groups.at(-1)).toMatchObject({ name: "spot", minSize: 0, size: 0 });
  });

  test("the mirror is production's, scaled, with what the settings replace", () => {
    const manifests = manifestsOf(settings, { networkId: "vpc-1", tags: { Run: "r1" } });
    expect(manifests[0]).toMatchObject({
      metadata: { name: "mirror.rehearsal.example.com" },
      spec: {
        configBase: "s3://example-store/mirror.rehearsal.example.com",
        networkID: "vpc-1",
        networkCIDR: "10.97.0.0/16",
        dnsZone: "rehearsal.example.com",
        kubernetesApiAccess: ["203.0.113.0/24"],
        clusterAutoscaler: { enabled: true },
        cloudLabels: { Run: "r1" },
      },
    });
    const groups = mirrorShape(manifests).groups.map(({ name, minSize, size }) => `${name} ${minSize}-${size}`);
    expect(groups.slice(3)).toEqual(["nodes 4-6", "spot 1-2"]);
    expect(JSON.stringify(manifests)).not.toMatch(/prod\.k8s|example-prod|0a1b2c3d4e5f60718|444455556666/);
  });

  test("every field of it is accounted for, and a waiver counts", () => {
    const dns = { mode: "none" };
    const without = fidelityOfSettings(parseSettings({ ...raw, dns }, env));
    expect(without?.fields.filter((field) => field.class === "notMirrored").map(({ field }) => field)).toEqual([
      "spec.topology.dns.type",
    ]);
    const waivers = [{ field: "spec.topology.dns", by: "ann@example.com", why: "no zone" }];
    const waived = fidelityOfSettings(parseSettings({ ...raw, dns, waivers }, env));
    expect(waived?.fields.filter((field) => field.class === "notMirrored")).toEqual([]);
    expect(fidelityOfSettings(parseSettings(required, surroundings))).toBeUndefined();
  });

  test.each<[Record<string, unknown>, string]>([
    [{ kubernetesVersion: "1.33.9" }, "kubernetesVersion is not what production runs: 1.34.3"],
    [{ nodes }, "nodes goes against production.source"],
    [{ controlPlane }, "controlPlane goes against production.source"],
    [{ networking: "cilium" }, "networking goes against production.source"],
    [{ authorization: "RBAC" }, "authorization goes against production.source"],
    [{ image: "ami-1" }, "image goes against production.source"],
    [{ targetVersion: "1.34.3" }, "targetVersion is the version that the cluster already runs"],
    [{ stateStore: "example-prod-state-store" }, "stateStore is production's state store"],
    [{ clusterName: "a.prod.k8s.example.com", dns: { mode: "none" } }, "clusterName is under production's name"],
    [{ clusterName: "mirror.k8s.local", dns: { mode: "none" } }, "clusterName ends in .k8s.local"],
    [
      { clusterName: "m.k8s.example.com", dns: { mode: "existing", zone: "k8s.example.com" } },
      "dns.zone is production's",
    ],
    [{ network: { cidr: "10.0.128.0/17" } }, "network.cidr overlaps production's 10.0.0.0/16"],
    [{ network: { cidr: "10.97.0.0/27" } }, "network.cidr is too small for production's subnets"],
    [{ network: { cidr: "100.64.0.0/16" } }, "network.cidr overlaps 100.64.0.0/10"],
    [
      { network: { cidr: "10.97.0.0/16", subnets: { "us-east-1b": "10.97.0.0/20" } } },
      "network.subnets have none for production's us-east-1c",
    ],
    [
      { network: { cidr: "10.97.0.0/16", subnets: { "us-east-1z": "10.97.0.0/20" } } },
      "names no subnet of production's",
    ],
    [{ production: { ...raw.production, clusterName: "other.example.com" } }, "production.clusterName is not what"],
    [{ production: { ...raw.production, scale: 2 } }, "production.scale is too large"],
    [{ waivers: [{ field: "spec.assets" }] }, "waivers.by is missing"],
  ])("%j is a problem", (change, problem) => {
    expect(problems(change)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  test("production with IPv6 has a mirror with IPv6, in a VPC that kops makes or one that is given", () => {
    const six = parseProduction(text.replace("- cidr: 10.0.32.0/19", "- ipv6CIDR: 2001:db8:0:110::/64"));
    expect(hasIpv6(parseSettings(raw, { ...env, production: six }))).toBe(true);
    expect(hasIpv6(parseSettings(raw, env))).toBe(false);
    const id = "vpc-0123456789abcdef0";
    expect(problems({ network: { id, cidr: "10.97.0.0/16" } }, { ...env, production: six })).toEqual([]);
    const dns = { mode: "private", zone: "rehearsal.example.com" };
    expect(problems({ dns }, { ...env, production: six })).toEqual([
      expect.stringMatching(/^dns\.mode needs a VPC.*network\.id/),
    ]);
  });

  test("a state store may be a folder of a bucket, which the mirror's must not be in either", () => {
    const base = "configBase: s3://example-prod-state-store";
    const inFolder = parseProduction(text.replace(base, `${base}/clusters/eu`));
    const surrounding = { ...env, production: inFolder };
    expect(parseSettings(raw, surrounding).production.stateStore).toBe("s3://example-prod-state-store/clusters/eu");
    expect(problems({ stateStore: "example-prod-state-store" }, surrounding)).toEqual(
      expect.arrayContaining([expect.stringContaining("stateStore is production's state store")]),
    );
  });

  test("the version that it runs may be said, too", () => {
    expect(problems({ kubernetesVersion })).toEqual([]);
  });

  test("another region than production's is a problem", () => {
    expect(problems({}, { ...env, region: "eu-west-1" })).toEqual([
      "aws:region is not where production is: us-east-1b, us-east-1c, us-east-1d",
    ]);
  });

  test("a copy that production is read from is not written to either", () => {
    const copy = { ...raw.production, source: "s3://example-copy/prod.k8s.example.com" };
    expect(problems({ production: copy, stateStore: "example-copy" })).toEqual([
      expect.stringContaining("stateStore is where production is read from"),
    ]);
  });

  test("a source that cannot be read is one problem among the others, with its reason", () => {
    const denied = new Error("May not read s3://b/c; that does not mean that the cluster is missing.\n  S3: 403");
    expect(problems({ verbosity: "11" }, { ...env, production: denied })).toEqual([
      "verbosity is too large; the most is 10",
      "production.source cannot be used: May not read s3://b/c; that does not mean that the cluster is missing; S3: 403",
    ]);
  });
});

test("without a source, what belongs to one is a problem, and production has to be named", () => {
  const found = problems(
    { ...required, production: { scale: 0.5, profile: "p" }, waivers: [{ field: "a", by: "b", why: "c" }] },
    surroundings,
  );
  expect(found).toEqual([
    "production.clusterName is missing",
    "production.nodes is missing",
    "production.scale means nothing without production.source",
    "production.profile means nothing without production.source",
    "waivers means nothing without production.source",
  ]);
});
