import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse as parseYaml } from "yaml";
import { parseProduction } from "../../../mirror/production.ts";
import { parseSettings } from "../../../settings/parse.ts";
import type { Surroundings } from "../../../settings/parse.ts";
import { SettingsError } from "../../../settings/problems.ts";
import { settingShapes } from "../../../settings/schema.ts";
import { required, surroundings } from "./example.ts";

const project = (name: string): unknown =>
  parseYaml(readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8"));

/** The problems of settings, as `path what`. */
function problems(raw: Record<string, unknown>, env: Partial<Surroundings> = {}): string[] {
  try {
    parseSettings(raw, { ...surroundings, ...env });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ path, what }) => `${path.join(".")} ${what}`);
    throw error;
  }
  return [];
}

describe("good settings", () => {
  test("defaults are filled in", () => {
    const settings = parseSettings(required, surroundings);
    expect(settings).toMatchObject({
      region: "us-east-1",
      channel: "stable",
      blueprint: {
        from: "settings",
        controlPlane: { count: 1 },
        nodes: { count: 2 },
        networking: "cilium",
        authorization: "RBAC",
      },
      intervals: { node: "15s", validateCount: 2 },
      load: { rate: 200 },
    });
  });

  test("one roll unless a search is asked for, by a word or with what it may vary", () => {
    expect(parseSettings(required, surroundings).intervals.search).toBeUndefined();
    const intervals = { node: "10m" };
    expect(parseSettings({ ...required, intervals }, surroundings).intervals.search).toBeUndefined();
    const asked = parseSettings({ ...required, intervals: "search" }, surroundings).intervals;
    expect(asked).toMatchObject({ node: "15s", search: { intervals: ["15s", "1m", "5m", "10m"], again: "force" } });
    expect(problems({ ...required, intervals: { search: { intervals: ["1m", "15s"] } } })).toEqual([
      "intervals.search.intervals do not rise",
    ]);
  });

  test("nothing can be changed afterwards, however deep", () => {
    const settings = parseSettings(required, surroundings);
    expect(Object.isFrozen(settings) && Object.isFrozen(settings.blueprint)).toBe(true);
    expect(Object.isFrozen(settings.app.pdb)).toBe(true);
  });

  test("nobody is let in over SSH unless it is said, and the API server may be open", () => {
    expect(parseSettings(required, surroundings).sshAccess).toEqual([]);
    const adminAccess = ["0.0.0.0/0", "::/0", "2001:db8::/32", "pl-0a1b2c3d"];
    expect(parseSettings({ ...required, adminAccess, sshAccess: ["10.0.0.0/8"] }, surroundings)).toMatchObject({
      adminAccess,
      sshAccess: ["10.0.0.0/8"],
    });
  });

  test("numbers at the top level may be text, as Pulumi hands them over", () => {
    expect(parseSettings({ ...required, verbosity: "10" }, surroundings).verbosity).toBe(10);
  });

  test("a channel that is a file becomes a URL, others stay", () => {
    const env = {
      ...surroundings,
      readFile: (file: string) => (file === "/project/lab/c.yaml" ? "spec: {}" : undefined),
    };
    const channel = (value: string) => parseSettings({ ...required, channel: value }, env).channel;
    expect(channel("lab/c.yaml")).toBe("file:///project/lab/c.yaml");
    expect(channel("stable")).toBe("stable");
    expect(channel("https://example.com/c")).toBe("https://example.com/c");
  });

  test("the public key is read", () => {
    const env = {
      ...surroundings,
      readFile: (file: string) => (file === "/home/me/id.pub" ? "ssh-ed25519 AAAA me\n" : undefined),
    };
    expect(parseSettings({ ...required, sshPublicKey: "~/id.pub" }, env).sshPublicKey).toBe("ssh-ed25519 AAAA me");
  });

  test("the environment's API server stands in, a setting goes before it", () => {
    const env = { ...surroundings, variables: { REHEARSAL_API_SERVER: "https://127.0.0.1:1" } };
    expect(parseSettings(required, env).apiServer).toBe("https://127.0.0.1:1");
    expect(parseSettings({ ...required, apiServer: "https://b:2" }, env).apiServer).toBe("https://b:2");
  });
});

describe("each kind of problem is found and named", () => {
  const { production } = required;
  test.each<[Record<string, unknown>, string]>([
    [{ kubernetesVersion: "lates" }, "kubernetesVersion is not a Kubernetes version"],
    [{ kubernetesVersion: 1.34 }, "kubernetesVersion has the wrong type"],
    [{ targetVersion: "1.34.1" }, "targetVersion is a downgrade from 1.34.3"],
    [{ targetVersion: "1.34.3" }, "targetVersion is the version that the cluster already runs"],
    [{ kubernetesVersion: "1.33.1" }, "targetVersion skips a minor version"],
    [{ targetVersion: "1.36.0" }, "targetVersion is newer than kops"],
    [{ network: { cidr: "10.0.128.0/17" } }, "network.cidr overlaps production's 10.0.0.0/16"],
    [{ network: { cidr: "100.96.0.0/16" } }, "network.cidr overlaps 100.64.0.0/10"],
    [{ network: { cidr: "10.9.0.0/8" } }, "network.cidr is not an IPv4 CIDR"],
    [{ network: { cidr: "11.0.0.0/8" } }, "network.cidr is no size for a VPC"],
    [{ network: { cidr: "10.9.0.0/28" } }, "network.cidr is too small for the subnets of 2 zones"],
    [{ network: { id: "subnet-1" } }, "network.id is not allowed"],
    [
      { network: { cidr: "10.9.0.0/16", subnets: { "us-east-1a": "10.9.0.0/20", "us-east-1b": "10.9.8.0/21" } } },
      "network.subnets.us-east-1b overlaps 10.9.0.0/20",
    ],
    [
      { network: { cidr: "10.9.0.0/16", subnets: { "us-east-1a": "10.9.0.0/20" } } },
      "network.subnets have none for us-east-1b",
    ],
    [
      { network: { cidr: "10.9.0.0/16", subnets: { "us-east-1a": "10.8.0.0/20", "us-east-1b": "10.9.0.0/20" } } },
      "network.subnets.us-east-1a is not inside of",
    ],
    [{ nodes: { size: "m5.large", zones: ["eu-west-1a"] } }, "nodes.zones is not in us-east-1"],
    [{ nodes: { size: "m5.large", zones: ["us-east-1a", "us-east-1a"] } }, "nodes.zones is there twice"],
    [{ nodes: { size: "m5.large", zones: [] } }, "nodes.zones is too small"],
    [{ nodes: { zones: ["us-east-1a"] } }, "nodes.size is missing"],
    [{ nodes: { size: "m5.large", zones: ["us-east-1a"], counts: 3 } }, "nodes.counts is not a setting"],
    [
      { controlPlane: { size: "m5.large", zones: ["us-east-1a"], count: 2 } },
      "controlPlane.count makes 2 control-plane",
    ],
    [
      { controlPlane: { size: "m5.large", zones: ["us-east-1a", "us-east-1b"] } },
      "controlPlane.zones makes 2 control-plane",
    ],
    [
      { controlPlane: { size: "m5.large", zones: ["us-east-1a", "us-east-1b", "us-east-1c"], count: 1 } },
      "controlPlane.count is less than the 3 zones",
    ],
    [{ production: { ...production, clusterName: required.clusterName } }, "clusterName is production's name"],
    [{ production: { ...production, stateStore: "s3://example-store/x" } }, "stateStore is production's state store"],
    [{ production: { ...production, zone: "k8s.example.com" } }, "dns.zone is production's hosted zone"],
    [{ production: { ...production, networkCidrs: ["10.0.0.0"] } }, "production.networkCidrs is not an IPv4 CIDR"],
    [{ clusterName: "" }, "clusterName is missing"],
    [{ clusterName: "Mirror_1" }, "clusterName is not allowed"],
    [{ clusterName: "mirror.example.org" }, "clusterName is not under the hosted zone k8s.example.com"],
    [{ dns: { mode: "private" } }, "dns.zone is missing"],
    [{ dns: { mode: "private", zone: "k8s.example.com", parentZone: "example.com" } }, "dns.parentZone means nothing"],
    [{ dns: { mode: "new", zone: "k8s.example.com", parentZone: "example.org" } }, "dns.parentZone is not above"],
    [{ stateStore: "Bad_Bucket" }, "stateStore is not allowed"],
    [{ load: { rate: 0 } }, "load.rate is too small"],
    [{ load: { rate: "fast" } }, "load.rate has the wrong type"],
    [{ load: { durationSeconds: 5, warmupSeconds: 10 } }, "load.durationSeconds leaves nothing"],
    [{ load: { durationSeconds: 19, warmupSeconds: 10 } }, "load.durationSeconds leaves 9 s"],
    [{ load: { durationSeconds: 20, warmupSeconds: 10, rate: 49 } }, "load.rate gives 490 requests"],
    [{ load: { requests: 499 } }, "load.requests is too few"],
    [{ intervals: { node: "15" } }, "intervals.node is not allowed"],
    [{ objectives: { maxErrorRatio: 2 } }, "objectives.maxErrorRatio is too large"],
    [{ channel: "nightly" }, "channel is not a kops channel"],
    [{ channel: "missing.yaml" }, "channel cannot be read"],
    [{ sshPublicKey: "~/.ssh/none.pub" }, "sshPublicKey cannot be read"],
    [{ app: { manifests: ["none.yaml"], service: "a/b" } }, "app.manifests cannot be read"],
    [{ app: { kustomization: "deploy", service: "a/b" } }, "app.kustomization has none of kustomization.yaml"],
    [{ app: { chart: { chart: "./c" }, service: "a/b" } }, "app.chart.chart is no chart that can be read"],
    [{ app: { chart: { chart: "c", version: "1.0.0" }, service: "a/b" } }, "app.chart.repo is missing; c is no local"],
    [{ app: { chart: { chart: "oci://r.example.com/c" }, service: "a/b" } }, "app.chart.version is missing"],
    [
      { app: { chart: { chart: "oci://r.example.com/c", version: "1" } } },
      "app.service is missing; app.chart needs it",
    ],
    [{ prices: "none.json" }, "prices cannot be read"],
    [{ production: { ...production, fixtures: "none.yaml" } }, "production.fixtures cannot be read"],
    [{ prices: { "instance/m5.large": -1 } }, "prices"],
    [{ app: { preStopSeconds: 60 } }, "app.preStopSeconds is not below 45"],
    [{ app: { pdb: "always" } }, "app.pdb is not allowed"],
    [{ networking: "flanel" }, "networking is not allowed"],
    [{ verbosity: "lots" }, "verbosity has the wrong type"],
    [{ verbosity: "11" }, "verbosity is too large"],
    [{ clusterNam: "x" }, "clusterNam is not a setting; it may be meant for clusterName"],
    [{ apiServer: "127.0.0.1" }, "apiServer is not allowed"],
    [{ tags: { Name: "mirror" } }, "tags.Name is a tag of kops' own"],
    [{ adminAccess: [] }, "adminAccess is too small"],
    [{ adminAccess: ["203.0.113.7/24"] }, "adminAccess is no CIDR"],
    [{ adminAccess: ["2001:db8::1/32"] }, "adminAccess is no CIDR"],
    [{ sshAccess: ["everyone"] }, "sshAccess is no CIDR"],
    [{ sshAccess: ["0.0.0.0/0"] }, "sshAccess lets the whole internet"],
    [{ sshAccess: ["128.0.0.0/1"] }, "sshAccess lets the whole internet"],
    [{ sshAccess: ["::/0"] }, "sshAccess lets the whole internet"],
    [{ permissionsBoundary: "kops-rehearsal-boundary" }, "permissionsBoundary is not allowed"],
  ])("%j", (change, problem) => {
    expect(problems({ ...required, ...change })).toEqual([expect.stringContaining(problem)]);
  });

  test("no region", () => {
    expect(problems(required, { region: undefined })).toEqual([expect.stringContaining("aws:region is missing")]);
  });

  test("the app comes from one place, and what is remote is taken as it is", () => {
    const env = { readFile: () => "x" };
    const service = "a/b";
    const chart = { chart: "oci://r.example.com/c", version: "1.0.0" };
    expect(problems({ ...required, app: { manifests: ["a.yaml"], kustomization: "k", chart, service } }, env)).toEqual([
      "app.kustomization is one too many: only one of app.manifests and app.kustomization and app.chart can be served",
    ]);
    const app = (source: object) =>
      parseSettings({ ...required, app: { service, ...source } }, { ...surroundings, ...env }).app;
    expect(app({ kustomization: "k" }).kustomization).toBe("/project/k");
    expect(app({ kustomization: "https://example.com/k?ref=v1" }).kustomization).toBe("https://example.com/k?ref=v1");
    expect(app({ chart }).chart).toEqual({ ...chart, values: {} });
    expect(app({ chart: { chart: "./c" } }).chart?.chart).toBe("/project/c");
  });

  test("prices may be a table, which goes before the project's", () => {
    const table = {
      version: 1,
      lists: [{ source: "s", date: "2026-01-01", region: "us-east-1", prices: { "nat-gateway": 1 } }],
    };
    const of = (text: string) => ({ readFile: () => text });
    expect(
      parseSettings({ ...required, prices: "p.json" }, { ...surroundings, ...of(JSON.stringify(table)) }).prices,
    ).toEqual(table.lists);
    expect(problems({ ...required, prices: "p.json" }, of("{"))).toEqual([
      expect.stringContaining("prices is not a price table"),
    ]);
    expect(parseSettings({ ...required, prices: { "nat-gateway": 2 } }, surroundings).prices).toMatchObject([
      { date: null, region: "us-east-1", prices: { "nat-gateway": 2 } },
    ]);
  });

  test("a private key is no public one", () => {
    const env = { readFile: () => "-----BEGIN OPENSSH PRIVATE KEY-----" };
    expect(problems({ ...required, sshPublicKey: "id" }, env)).toEqual(["sshPublicKey is not a public SSH key"]);
  });
});

describe("all problems at once", () => {
  test("one error lists every one of them, with value, what is allowed, and an example", () => {
    const raw = {
      ...required,
      targetVersion: "1.34.1",
      verbosity: "lots",
      typo: 1,
      nodes: { size: 5, zones: ["us-east-1a"] },
      controlPlane: { size: "m5.large", zones: ["us-east-1a"], count: 4 },
    };
    expect(() => parseSettings(raw, surroundings)).toThrow(/^5 settings are wrong in stack test; nothing was created/);
    expect(() => parseSettings(raw, surroundings)).toThrow(
      /targetVersion: "1\.34\.1" is a downgrade .*Allowed: .*Example: "1\.35\.0"/,
    );
  });

  test("an empty stack file lacks what is required and nothing else", () => {
    expect(problems({})).toEqual(
      Object.keys(required)
        .map((name) => `${name} is missing`)
        .sort(bySchema),
    );
  });

  test("two mistakes in different settings are both found", () => {
    const mistakes = {
      clusterName: "Bad Name",
      stateStore: "x",
      verbosity: "-1",
      networking: "none",
      load: { rate: -1 },
      intervals: { node: "soon" },
      tags: { a: 1 },
    };
    const names = fc.uniqueArray(fc.constantFrom(...(Object.keys(mistakes) as (keyof typeof mistakes)[])), {
      minLength: 1,
    });
    fc.assert(
      fc.property(names, (chosen) => {
        const wrong = Object.fromEntries(chosen.map((name) => [name, mistakes[name]]));
        const found = problems({ ...required, ...wrong }).map((problem) => problem.split(/[ .]/)[0] ?? "");
        expect([...new Set(found)].sort()).toEqual([...chosen].sort());
      }),
    );
  });

  test("whatever is in a stack file, there are settings or a list of problems", () => {
    const keys = fc.oneof(fc.constantFrom(...Object.keys(settingShapes)), fc.string());
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (raw) => {
        const merged = { ...required, ...raw };
        expect(Array.isArray(problems(merged))).toBe(true);
      }),
    );
  });
});

describe("the files of the project", () => {
  const { config } = project("Pulumi.yaml") as { config: Record<string, { description: string; default: unknown }> };
  const defaults = Object.fromEntries(Object.entries(config).map(([key, { default: value }]) => [key, value]));

  test("Pulumi.yaml describes every setting and no other", () => {
    expect(Object.keys(config).sort()).toEqual(Object.keys(settingShapes).sort());
    expect(Object.values(config).every(({ description }) => description.length > 10)).toBe(true);
  });

  test("its defaults are the program's", () => {
    expect(parseSettings({ ...defaults, ...required }, surroundings)).toEqual(parseSettings(required, surroundings));
  });

  test.each(["local", "staging", "prod"])("Pulumi.%s.yaml is without a mistake", (stack) => {
    const { config: values } = project(`Pulumi.${stack}.yaml`) as { config: Record<string, unknown> };
    const raw: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(values)) {
      const [namespace, name] = key.split(":");
      if (namespace === "kops-upgrade-rehearsal" && name) raw[name] = value;
    }
    const example = readFileSync(new URL("../../../examples/production.yaml", import.meta.url), "utf8");
    const production = stack === "local" ? undefined : parseProduction(example.replaceAll("prod.k8s", `${stack}.k8s`));
    expect(problems({ ...defaults, ...raw }, { readFile: () => "spec: {}", production })).toEqual([]);
  });
});

function bySchema(a: string, b: string): number {
  const order = Object.keys(settingShapes);
  return order.indexOf(a.split(" ")[0] ?? "") - order.indexOf(b.split(" ")[0] ?? "");
}
