import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { known, unknown } from "../../../preflight/fact.ts";
import type { Facts, ManifestObject } from "../../../preflight/facts.ts";
import type { Severity } from "../../../preflight/finding.ts";
import { mirrorShape } from "../../../preflight/mirror.ts";
import { preflightReport, preflightText } from "../../../preflight/report.ts";
import { checkNames, type CheckName } from "../../../preflight/names.ts";
import { runChecks } from "../../../preflight/run.ts";
import { manifestsOf } from "../../../settings/manifests.ts";
import { exampleSettings } from "../../components/settings.ts";
import { factsOf, me, notAsked, now, shapeWith, you } from "./facts.fixture.ts";

const found = (facts: Facts): [string, Severity, string][] =>
  runChecks(facts, now).flatMap(({ name, findings }) =>
    findings.map(({ severity, summary }): [string, Severity, string] => [name, severity, summary]),
  );
const object = (apiVersion: string, kind: string, spec = {}): ManifestObject => ({
  ...{ file: "shop.yaml", namespace: "shop", name: "web", apiVersion, kind, spec },
});
const shape = (changes: Record<string, unknown>) => mirrorShape(manifestsOf(exampleSettings(changes)));
const armImage = { controlPlane: { size: "m5.large", zones: ["us-east-1a"], image: "ami-1" } };
const mixed = { instances: ["m5.xlarge"], onDemandBase: 2, onDemandAboveBase: 50 };
const spot = shapeWith({ minSize: 5, maxSize: 5, mixedInstancesPolicy: mixed });
const usage = factsOf().aws.usage;
const network = { id: "vpc-0a", cidr: "172.20.0.0/16" };
const soon = new Date(now.getTime() + 10 * 60_000);
const temporary = { principal: "arn:aws:sts::1:assumed-role/r/me", temporary: true, renewable: false };

test("a clean production and account: nothing is found, nothing is left unchecked", () => {
  const results = runChecks(factsOf(), now);
  expect(results.map(({ name }) => name)).toEqual(checkNames);
  expect(found(factsOf())).toEqual([]);
  expect(results.flatMap(({ unchecked }) => unchecked)).toEqual([]);
  expect(results.filter(({ looked }) => looked === "")).toEqual([]);
});

test("every check is described", () => {
  const text = readFileSync(new URL("../../../docs/preflight.md", import.meta.url), "utf8");
  expect(checkNames.filter((name) => !text.includes(`| \`${name}\` `))).toEqual([]);
});

describe("each planted case is found, by its check and by no other", () => {
  test.each<[CheckName, Severity, RegExp, Parameters<typeof factsOf>[0]]>([
    ["not-production", "error", /production's name/, { intent: { clusterName: "Prod.example.com." } }],
    [
      "version-skew",
      "error",
      /skips a minor/,
      { intent: { fromVersion: "1.33.1" }, production: { version: notAsked } },
    ],
    ["version-skew", "warning", /starts from 1\.34\.3/, { production: { version: known("v1.34.9") } }],
    [
      "version-skew",
      "error",
      /minor versions behind/,
      { production: { kubelets: known([{ node: "n", version: "v1.31.0" }]) } },
    ],
    [
      "version-skew",
      "warning",
      /newer than the API/,
      { production: { kubelets: known([{ node: "n", version: "v1.35.0" }]) } },
    ],
    ["kops-version", "error", /does not know targetVersion/, { kopsVersion: known("1.34.0") }],
    ["removed-apis", "error", /1\.34 does not serve/, { manifests: known([object("batch/v1beta1", "CronJob")]) }],
    [
      "removed-apis",
      "error",
      /1\.35 does not serve/,
      { manifests: known([object("storage.k8s.io/v1alpha1", "VolumeAttributesClass")]) },
    ],
    [
      "removed-apis",
      "warning",
      /1\.37 will not serve/,
      { manifests: known([object("networking.k8s.io/v1beta1", "ServiceCIDR")]) },
    ],
    [
      "removed-apis",
      "error",
      /ask for flowschemas/,
      {
        production: {
          requestedApis: known([
            {
              group: "flowcontrol.apiserver.k8s.io",
              version: "v1beta3",
              resource: "flowschemas",
              removedRelease: "1.32",
            },
          ]),
        },
      },
    ],
    [
      "disruption-budgets",
      "warning",
      /shop\/api of production/,
      {
        production: {
          budgets: known([{ name: "shop/api", disruptionsAllowed: 0, expectedPods: 2, currentHealthy: 2 }]),
        },
      },
    ],
    [
      "disruption-budgets",
      "warning",
      /in shop\.yaml/,
      { manifests: known([object("policy/v1", "PodDisruptionBudget", { maxUnavailable: 0 })]) },
    ],
    [
      "single-replicas",
      "warning",
      /production has a single/,
      { production: { workloads: known([{ kind: "Deployment", name: "ingress/nginx", replicas: 1 }]) } },
    ],
    ["single-replicas", "warning", /in shop\.yaml/, { manifests: known([object("apps/v1", "Deployment")]) }],
    ["single-replicas", "warning", /sample app/, { intent: { appReplicas: 1 } }],
    [
      "system-pods",
      "warning",
      /1 pod in .*kops does not wait/,
      { production: { systemPods: known([{ name: "x", phase: "Running", ready: false }]) } },
    ],
    [
      "system-pods",
      "warning",
      /1 pod in .*not get past its first validation/,
      {
        production: {
          systemPods: known([{ name: "x", phase: "Pending", ready: false, priority: "system-node-critical" }]),
        },
      },
    ],
    [
      "instance-types",
      "error",
      /not offered in us-east-1b/,
      {
        aws: {
          offerings: known(
            new Map([
              ["m5.large", ["us-east-1a"]],
              ["m5.xlarge", ["us-east-1a"]],
            ]),
          ),
        },
      },
    ],
    [
      "instance-types",
      "error",
      /not to be found/,
      { intent: { mirror: shape(armImage) }, aws: { images: new Map([["ami-1", known(undefined)]]) } },
    ],
    [
      "instance-types",
      "error",
      /cannot run image/,
      {
        intent: { mirror: shape(armImage) },
        aws: { images: new Map([["ami-1", known({ architecture: "arm64", state: "available", ena: true })]]) },
      },
    ],
    [
      "instance-types",
      "error",
      /ENA/,
      {
        intent: { mirror: shape(armImage) },
        aws: { images: new Map([["ami-1", known({ architecture: "x86_64", state: "available", ena: false })]]) },
      },
    ],
    [
      "quotas",
      "error",
      /needs 18 vCPU.*leaves 10/,
      { aws: { usage: { ...usage, vcpus: known(new Map([["L-1216C47A", 90]])) } } },
    ],
    [
      "quotas",
      "error",
      // Of the six nodes that a roll may bring each of two groups to, two are On-Demand, and of the four above those half.
      /needs 16 vCPU, and the quota "All Standard .* Spot Instance Requests" leaves 7/,
      {
        intent: { mirror: spot },
        aws: { usage: { ...usage, vcpus: known(new Map([["L-34B43A08", 93]])) } },
      },
    ],
    ["quotas", "error", /VPCs per Region/, { aws: { usage: { ...usage, vpcs: known(100) } } }],
    ["network-plugin", "error", /networking cni.*never be ready/, { intent: { mirror: shape({ networking: "cni" }) } }],
    [
      "network-plugin",
      "warning",
      /one must be among the mirror's add-ons/,
      { intent: { mirror: { ...shape({ networking: "cni" }), addons: 1 } } },
    ],
    [
      "not-production",
      "error",
      /is production's hosted zone/,
      {
        intent: { production: { clusterName: "prod.example.com", zone: "Z0ABCDEFGHIJKLMNOPQRS" } },
        aws: { zones: known([{ id: "Z0ABCDEFGHIJKLMNOPQRS", private: true, owner: me }]) },
      },
    ],
    ["quotas", "error", /gp3/, { aws: { usage: { ...usage, gp3Gib: known(100 * 1024) } } }],
    [
      "quotas",
      "error",
      // Two groups of a node and one more, each with 2 TiB besides its root.
      /needs 8\.\d+ TiB.*gp3/,
      {
        intent: { mirror: shapeWith({ volumes: [{ size: 2048 }, { size: 512, type: "gp2" }] }) },
        aws: { usage: { ...usage, gp3Gib: known(95 * 1024) } },
      },
    ],
    ["addresses", "error", /no VPC vpc-0a/, { intent: { network }, aws: { vpc: known(undefined) } }],
    [
      "addresses",
      "error",
      /overlaps subnets/,
      {
        intent: { network },
        aws: {
          vpc: known({
            ipv6Cidrs: [],
            egressOnlyGateways: [],
            cidrs: ["172.20.0.0/16"],
            subnets: [{ id: "subnet-1", zone: "us-east-1a", cidr: "172.20.64.0/24", freeAddresses: 9 }],
          }),
        },
      },
    ],
    ["credentials", "error", /expire in 10 min/, { aws: { credentials: known({ ...temporary, expiration: soon }) } }],
    ["credentials", "warning", /nobody says when/, { aws: { credentials: known(temporary) } }],
    [
      "credentials",
      "info",
      /renews/,
      { aws: { credentials: known({ ...temporary, renewable: true, expiration: soon }) } },
    ],
    [
      "access",
      "warning",
      /internal load balancer/,
      { intent: { mirror: { ...factsOf().intent.mirror, apiInternal: true } } },
    ],
    ["access", "warning", /whole internet can reach/, { intent: { adminAccess: ["10.0.0.0/8", "::/0"] } }],
    [
      "credentials",
      "error",
      /no credentials that AWS accepts/,
      { aws: { credentials: known({ refused: "ExpiredToken" }) } },
    ],
    [
      "collisions",
      "error",
      /another account's/,
      { aws: { bucket: known({ is: "denied", listed: false, evidence: [] }) } },
    ],
    ["collisions", "error", /whose it is cannot be told/, { aws: { bucket: known({ is: "denied", evidence: [] }) } }],
    [
      "collisions",
      "error",
      /not this stack's; the mirror's is deleted/,
      { aws: { bucket: known({ is: "ours", owner: you }) } },
    ],
    ["collisions", "error", /1 resource of a cluster/, { aws: { tagged: known([{ id: "vpc/vpc-1" }]) } }],
    [
      "collisions",
      "error",
      /1 resource of a cluster/,
      {
        aws: {
          tagged: known([
            { id: "vpc/vpc-1", owner: me },
            { id: "vpc/vpc-2", owner: you },
          ]),
        },
      },
    ],
    [
      "collisions",
      "error",
      /1 IAM resource of a cluster .* not this stack's/,
      { aws: { identities: known([{ id: "role/nodes.mirror.k8s.example.com" }]) } },
    ],
    ["discovery-store", "error", /no bucket keys .*kops makes none/, { intent: { discoveryBucket: "keys" } }],
    [
      "discovery-store",
      "warning",
      /another account's/,
      {
        intent: { discoveryBucket: "keys" },
        aws: { discoveryBucket: known({ is: "denied", listed: false, evidence: [] }) },
      },
    ],
    [
      "collisions",
      "error",
      /^Queues or event rules of others .*mirror\.k8s\.example\.com/,
      { aws: { interruptions: known([{ id: "queue/mirror-k8s-example-com-au-nth" }]) } },
    ],
    [
      "collisions",
      "warning",
      /of stack shop is there already, and this checkout has no record/,
      {
        intent: { owner: undefined },
        aws: {
          bucket: known({ is: "ours", owner: me }),
          tagged: known([{ id: "vpc/vpc-1", owner: me }, { id: "volume/vol-of-a-claim" }]),
          records: known(["api.mirror.k8s.example.com."]),
          identities: known([{ id: "role/nodes.mirror.k8s.example.com", owner: me }]),
          usage: { ...usage, vpcs: known(100) },
        },
      },
    ],
    [
      "collisions",
      "error",
      /1 resource of a cluster/,
      { intent: { owner: undefined }, aws: { tagged: known([{ id: "vpc/vpc-1", owner: you }]) } },
    ],
    ["collisions", "error", /has records/, { aws: { records: known(["api.mirror.k8s.example.com."]) } }],
    [
      "collisions",
      "error",
      /no public hosted zone/,
      { intent: { dns: { mode: "existing", zone: "k8s.example.com" } } },
    ],
  ])("%s, %s: %s", (name, severity, summary, changes) => {
    const all = found(factsOf(changes));
    expect(all).toContainEqual([name, severity, expect.stringMatching(summary)]);
    expect(new Set(all.map(([check]) => check))).toEqual(new Set([name]));
  });

  test("volumes of other types and classic load balancers need nothing of quotas for others", () => {
    const full = { ...usage, gp3Gib: known(100 * 1024), networkLoadBalancers: known(100) };
    const manifests = [
      {
        kind: "Cluster",
        spec: {
          api: { loadBalancer: { type: "Public" } },
          etcdClusters: [{ etcdMembers: [{ volumeType: "io1", volumeSize: 100 }] }],
        },
      },
      {
        kind: "InstanceGroup",
        metadata: { name: "nodes" },
        spec: { role: "Node", machineType: "m5.large", minSize: 1, maxSize: 1, rootVolumeType: "io2" },
      },
    ];
    const results = runChecks(factsOf({ intent: { mirror: mirrorShape(manifests) }, aws: { usage: full } }), now);
    expect(results.find(({ name }) => name === "quotas")?.findings).toEqual([]);
  });

  test("what this stack has made itself is no collision", () => {
    const mine = {
      bucket: known({ is: "ours" as const, owner: me }),
      tagged: known([{ id: "vpc/vpc-1", owner: me }, { id: "volume/vol-of-a-claim" }]),
    };
    expect(found(factsOf({ aws: { ...mine, records: known(["api.mirror.k8s.example.com."]) } }))).toEqual([]);
  });
});

describe("a question without an answer is no pass", () => {
  test("a denied call and an untold quota show as not checked, with how to enable them", () => {
    const why = "quota L-1216C47A was not told";
    const quotas = new Map([...factsOf().aws.quotas, ["L-1216C47A", unknown(why, "allow it")] as const]);
    const results = runChecks(factsOf({ aws: { quotas, offerings: notAsked } }), now);
    const open = results.filter(({ unchecked }) => unchecked.length > 0);
    expect(open.map(({ name, unchecked }) => [name, unchecked[0]?.why])).toEqual([
      ["instance-types", notAsked.known ? "" : notAsked.why],
      ["quotas", why],
    ]);
    const text = preflightText(preflightReport("m", results, [], now));
    expect(text).toContain(`not checked: ${why}`);
    expect(text).toContain("not or partly checked: 2");
    expect(text).toContain("Nothing of what was checked stands in the way; what was not may.");
  });
});

describe("the report", () => {
  const judge = (changes: Parameters<typeof factsOf>[0], accept: string[] = []) =>
    preflightReport("m", runChecks(factsOf(changes), now), accept, now);
  const old = { kopsVersion: known("1.34.0") };

  test("errors stop unless they are accepted; warnings do not stop", () => {
    expect(judge({})).toMatchObject({ stopped: false, errors: 0, warnings: 0 });
    expect(judge(old)).toMatchObject({ stopped: true, errors: 1, accepted: [] });
    expect(judge(old, ["kops-version"])).toMatchObject({ stopped: false, errors: 1, accepted: ["kops-version"] });
    expect(judge({ intent: { appReplicas: 1 } })).toMatchObject({ stopped: false, warnings: 1 });
  });

  test("production and collisions can be accepted by nobody", () => {
    const prod = { intent: { clusterName: "prod.example.com" } };
    expect(judge(prod, ["not-production"])).toMatchObject({ stopped: true, accepted: [] });
    expect(judge({ aws: { bucket: known({ is: "denied", evidence: [] }) } }, ["collisions"])).toMatchObject({
      stopped: true,
      accepted: [],
    });
  });
});
