import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clashes, type MirrorIdentity, type ProductionIdentity } from "../../../preflight/production.ts";

const production: ProductionIdentity = {
  clusterName: "prod.example.com",
  stateStore: "s3://prod-store/kops",
  zone: "example.com",
  networkId: "vpc-0a",
  networkCidrs: ["10.0.0.0/16"],
};
const mirror: MirrorIdentity = {
  clusterName: "mirror.rehearsal.example.com",
  stateStore: "rehearsal-store",
  zone: "rehearsal.example.com",
  networkId: "vpc-0b",
  networkCidr: "10.1.0.0/16",
  tags: { Owner: "platform" },
};
const settings = (changes: MirrorIdentity): string[] =>
  clashes({ ...mirror, ...changes }, production).map(({ setting }) => setting);

test("a mirror of its own is not production", () => {
  expect(clashes(mirror, production)).toEqual([]);
});

describe("what is production's is found, with both values", () => {
  test.each<[MirrorIdentity, string]>([
    [{ clusterName: "prod.example.com" }, "clusterName"],
    [{ clusterName: "Prod.Example.com." }, "clusterName"],
    [{ clusterName: "prod.example" }, "clusterName"],
    [{ clusterName: "prod-example.com" }, "clusterName"],
    [{ stateStore: "prod-store" }, "stateStore"],
    [{ stateStore: "s3://prod-store/mirror" }, "stateStore"],
    [{ zone: "example.com." }, "dns.zone"],
    [{ networkId: "vpc-0A" }, "network.id"],
    [{ networkCidr: "10.0.128.0/17" }, "network.cidr"],
    [{ tags: { KubernetesCluster: "prod.example.com" } }, "tags.KubernetesCluster"],
    [{ tags: { "kubernetes.io/cluster/prod.example.com": "owned" } }, "tags.kubernetes.io/cluster/prod.example.com"],
    [{ tags: { "kops-upgrade-rehearsal/owner": "me" } }, "tags.kops-upgrade-rehearsal/owner"],
  ])("%j", (changes, setting) => {
    expect(settings(changes)).toEqual([setting]);
  });

  test("all of it at once", () => {
    const found = clashes({ ...production, networkCidr: "10.0.0.0/8", tags: { "k8s.io/x": "" } }, production);
    expect(found.map(({ against, productionValue }) => `${against}=${productionValue}`)).toEqual([
      "production.clusterName=prod.example.com",
      "production.stateStore=s3://prod-store/kops",
      "production.zone=example.com",
      "production.networkId=vpc-0a",
      "production.networkCidrs=10.0.0.0/16",
      "production.clusterName=prod.example.com",
    ]);
  });
});

describe("only exact matches count", () => {
  test.each<MirrorIdentity>([
    { clusterName: "a.prod.example.com" },
    { clusterName: "prod.example.com.au" },
    { stateStore: "prod-store-2" },
    { zone: "prod.example.com" },
    { tags: { Cluster: "prod.example.com", KubernetesClusters: "x" } },
  ])("%j", (changes) => {
    expect(settings(changes)).toEqual([]);
  });

  test("what production does not say is not compared", () => {
    expect(clashes({ ...mirror, stateStore: "", zone: "" }, { clusterName: "p.example.com", zone: "" })).toEqual([]);
  });
});

test("a name is production's whatever its case and its dots at the end", () => {
  const spelling = fc.array(fc.boolean(), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(spelling, fc.nat(2), (upper, dots) => {
      const name = [..."prod.example.com"].map((char, i) => (upper[i] ? char.toUpperCase() : char)).join("");
      expect(settings({ clusterName: name + ".".repeat(dots) })).toEqual(["clusterName"]);
    }),
  );
});
