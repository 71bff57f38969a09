import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { mirrorManifests } from "../../../kops/spec.ts";
import type { MirrorSpec } from "../../../kops/spec.ts";
import { networkings } from "../../../kops/networking.ts";
import type { Networking } from "../../../kops/networking.ts";

const image = "099720109477/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251212";
const everywhere = ["0.0.0.0/0", "::/0"];

const small: MirrorSpec = {
  clusterName: "mirror.k8s.example.com",
  kubernetesVersion: "1.34.3",
  channel: "stable",
  stateStore: "kops-state",
  controlPlane: { size: "m5.large", zones: ["us-east-1a"], count: 1, image },
  nodes: { size: "m5.xlarge", zones: ["us-east-1a"], count: 1, image },
  network: { cidr: "172.20.0.0/16" },
  networking: "cilium",
  authorization: "RBAC",
  dns: { mode: "none" },
  adminAccess: everywhere,
  sshAccess: everywhere,
  tags: {},
};

/** What `kops create cluster … --dry-run -o yaml` of kops 1.35.0 printed. */
function real(name: string): unknown[] {
  const text = readFileSync(new URL(`../../fixtures/kops/create-${name}.yaml`, import.meta.url), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

const zones = (letters: string) => [...letters].map((letter) => `us-east-1${letter}`);

describe("the manifests are those of kops create cluster", () => {
  const cases: Record<string, MirrorSpec> = {
    article: {
      ...small,
      clusterName: "steven.k8s.example.com",
      controlPlane: { size: "m5.large", zones: zones("bcd"), count: 3, image },
      nodes: { size: "m5.xlarge", zones: zones("abcdef"), count: 3, image },
      network: { id: "vpc-1234567", cidr: "10.0.0.0/16" },
      networking: "flannel",
      dns: { mode: "private" },
    },
    local: {
      ...small,
      nodes: { size: "m5.xlarge", zones: zones("abc"), count: 3, image },
      network: { id: "vpc-1234567", cidr: "10.0.0.0/16" },
      networking: "flannel",
      dns: { mode: "private" },
    },
    counts: {
      ...small,
      controlPlane: { ...small.controlPlane, count: 3 },
      nodes: { ...small.nodes, zones: zones("abc"), count: 5 },
      networking: "calico",
      authorization: "AlwaysAllow",
    },
    zones5: {
      ...small,
      controlPlane: { ...small.controlPlane, zones: zones("abd"), count: 5 },
      nodes: { ...small.nodes, zones: zones("ab"), count: 4 },
      network: { cidr: "10.8.0.0/20" },
      dns: { mode: "private", zone: "k8s.example.com" },
    },
    public: { ...small, dns: { mode: "existing", zone: "k8s.example.com" } },
    access: {
      ...small,
      controlPlane: { ...small.controlPlane, zones: zones("d"), image: "x" },
      nodes: { ...small.nodes, zones: zones("ba"), count: 2, image: "x" },
      adminAccess: ["10.0.0.0/8"],
      sshAccess: ["10.1.0.0/16"],
      tags: { Owner: "me", Team: "x" },
    },
  };

  test.each(Object.entries(cases))("%s", (name, spec) => {
    expect(mirrorManifests(spec)).toEqual(real(name));
  });

  const optionsWithFixture = networkings.filter((networking) => !["flannel", "flannel-vxlan"].includes(networking));
  test.each(optionsWithFixture)("networking %s", (networking: Networking) => {
    expect(mirrorManifests({ ...small, networking })).toEqual(real(`net-${networking}`));
  });
});

test("without an image kops is left to take the channel's", () => {
  const groups = mirrorManifests({ ...small, nodes: { ...small.nodes, image: undefined } }).slice(1);
  expect(groups.map(({ spec }) => Object.hasOwn(spec as object, "image"))).toEqual([true, false]);
});

test("a permissions boundary is in the manifests, for the roles that kops makes", () => {
  const permissionsBoundary = "arn:aws:iam::123456789012:policy/kops-rehearsal-boundary";
  const [cluster] = mirrorManifests({ ...small, permissionsBoundary });
  expect(cluster).toMatchObject({
    spec: { iam: { allowContainerRegistry: true, legacy: false, permissionsBoundary } },
  });
});

test("subnets of an existing VPC keep the CIDRs that were given", () => {
  const network = { id: "vpc-1", cidr: "10.0.0.0/16", subnets: { "us-east-1a": "10.0.77.0/24" } };
  const [cluster] = mirrorManifests({ ...small, network });
  expect(cluster).toMatchObject({ spec: { networkID: "vpc-1", subnets: [{ cidr: "10.0.77.0/24" }] } });
});

test("whatever the counts and zones, no instance is lost and every etcd member has its own group and name", () => {
  const letters = fc.uniqueArray(fc.constantFrom(..."abcdef"), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(letters, letters, fc.nat(4), fc.integer({ min: 1, max: 40 }), (cp, no, half, nodeCount) => {
      const controlPlane = { ...small.controlPlane, zones: zones(cp.join("")), count: 2 * half + 1 };
      const nodes = { ...small.nodes, zones: zones(no.join("")), count: nodeCount };
      const [cluster, ...groups] = mirrorManifests({ ...small, controlPlane, nodes });
      const sizes = (role: string) =>
        groups
          .map((group) => group["spec"] as { role: string; minSize: number; maxSize: number })
          .filter((spec) => spec.role === role)
          .reduce((sum, { maxSize }) => sum + maxSize, 0);
      expect(sizes("Master")).toBe(controlPlane.count);
      expect(sizes("Node")).toBe(nodeCount);
      const { etcdClusters } = cluster?.["spec"] as { etcdClusters: { etcdMembers: Record<string, string>[] }[] };
      for (const { etcdMembers } of etcdClusters) {
        expect(new Set(etcdMembers.map(({ name }) => name)).size).toBe(controlPlane.count);
        expect(new Set(etcdMembers.map(({ instanceGroup }) => instanceGroup)).size).toBe(controlPlane.count);
      }
    }),
  );
});
