import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Found } from "../../../ownership/found.ts";
import { mirrorsOf, selected, toDelete } from "../../../ownership/mirrors.ts";
import { sweepHint, sweepJson, sweepText } from "../../../ownership/sweep-text.ts";
import { ownershipTags } from "../../../ownership/tags.ts";

const now = new Date("2026-11-25T10:00:00Z");
const ownership = {
  owner: "o1",
  stack: "staging",
  cluster: "m.example.com",
  expiresAt: "2026-11-26T10:00:00Z",
  region: "us-east-1",
};
const at = { region: "us-east-1", now };
const resource = (kind: string, id: string, changes: Partial<typeof ownership> = {}, tags = {}): Found => ({
  kind,
  id,
  name: id,
  tags: { ...ownershipTags({ ...ownership, ...changes }), ...tags },
});
const bucket = resource("bucket", "store");
const production = {
  clusterName: "prod.example.com",
  stateStore: "s3://prod-store/x",
  networkId: "vpc-0",
  zone: "z.org",
};
const only = (found: readonly Found[], productions = [production]) => mirrorsOf(found, productions, at)[0];

describe("a mirror is", () => {
  test("current until it expires", () => {
    expect(only([bucket])).toMatchObject({ state: "current", why: "expires at 2026-11-26T10:00:00Z", refusals: [] });
  });
  test("expired from then on, with or without its state store", () => {
    const changes = { expiresAt: "2026-11-25T10:00:00Z" };
    expect(only([resource("bucket", "store", changes)])).toMatchObject({ state: "expired" });
    expect(only([resource("vpc", "vpc-1", changes)])).toMatchObject({ state: "expired" });
  });
  test("orphaned without its state store", () => {
    expect(only([resource("vpc", "vpc-1")])).toMatchObject({ state: "orphaned" });
  });
  test("current while some of its resources have a later expiry already", () => {
    const old = resource("vpc", "vpc-1", { expiresAt: "2026-11-20T10:00:00Z" });
    expect(only([old, bucket])).toMatchObject({ state: "current", resources: [old, bucket] });
    expect(only([bucket, old])).toMatchObject({ state: "current" });
  });
  test("elsewhere when its region is another one, expired or not; it is not deleted from here", () => {
    const away = { region: "eu-west-1", expiresAt: "2020-01-01T00:00:00Z" };
    const mirror = only([resource("bucket", "store", away)])!;
    expect(mirror).toMatchObject({ state: "elsewhere", why: "it is in eu-west-1: sweep there" });
    expect(toDelete([mirror], { owner: "o1" })).toEqual([]);
  });
  test("never expired by an expiry that cannot be read", () => {
    expect(only([resource("bucket", "store", { expiresAt: "soon" })])).toMatchObject({ state: "current" });
  });
});

describe("nothing of a mirror is deleted when", () => {
  const expired = { expiresAt: "2026-11-25T00:00:00Z" };
  test.each([
    ["its name is production's", [resource("vpc", "vpc-1", { ...expired, cluster: "PROD.example.com." })]],
    ["its state store is production's", [resource("bucket", "prod-store", expired)]],
    ["its VPC is production's", [resource("vpc", "vpc-0", expired)]],
    ["its zone is production's", [{ ...resource("hosted-zone", "Z1", expired), name: "z.org" }]],
    ["its zone is production's by its id", [resource("hosted-zone", "Z2PRODUCTION", expired)]],
    ["a resource is another cluster's", [resource("subnet", "s", expired, { "kubernetes.io/cluster/x": "shared" })]],
    ["a resource has another cluster's name", [resource("volume", "v", expired, { KubernetesCluster: "x" })]],
    ["its tags name no cluster", [resource("vpc", "vpc-1", { ...expired, cluster: "" })]],
  ])("%s", (_when, found) => {
    const [mirror] = mirrorsOf(found, [production, { clusterName: "other.example.com", zone: "Z2PRODUCTION" }], at);
    expect(mirror?.refusals).toHaveLength(1);
    for (const owner of [undefined, "o1"]) expect(toDelete([mirror!], { owner })).toEqual([]);
  });

  test("and its own cluster's tags are none of these", () => {
    const own = { "kubernetes.io/cluster/m.example.com": "owned", KubernetesCluster: "m.example.com" };
    expect(only([resource("vpc", "vpc-1", {}, own)])).toMatchObject({ refusals: [] });
  });
});

test("what is not expired is deleted only when its owner is named; stacks only narrow what is listed", () => {
  const expired = { owner: "o2", stack: "prod", expiresAt: "2026-11-25T00:00:00Z" };
  const all = mirrorsOf([bucket, resource("bucket", "other", expired)], [production], at);
  const owners = (selection: Parameters<typeof selected>[1]): string[] =>
    toDelete(selected(all, selection), selection).map(({ owner }) => owner);
  expect(owners({})).toEqual(["o2"]);
  expect(owners({ stack: "staging" })).toEqual([]);
  expect(owners({ owner: "o1" })).toEqual(["o1"]);
  expect(owners({ owner: "o1", stack: "prod" })).toEqual([]);
});

test("tags that only look like an owner's make nothing a mirror's, whatever they are", () => {
  const key = fc.string({ unit: "grapheme-ascii", maxLength: 40 }).map((text) => `kops-upgrade-rehearsal:owner${text}`);
  const tags = fc.dictionary(
    key.filter((name) => name !== "kops-upgrade-rehearsal:owner"),
    fc.string(),
  );
  fc.assert(
    fc.property(tags, (some) => {
      expect(mirrorsOf([{ kind: "vpc", id: "vpc-1", name: "vpc-1", tags: some }], [], at)).toEqual([]);
    }),
  );
});

test("as text and as JSON: whose, state, resources; not the tags of each", () => {
  const found = [bucket, { ...resource("instance", "i-1"), name: "nodes" }];
  const mirrors = mirrorsOf(found, [{ clusterName: ownership.cluster }], at);
  expect(sweepText(mirrors)).toBe(
    [
      "m.example.com  stack staging  owner o1",
      "  current: expires at 2026-11-26T10:00:00Z; 2 resources",
      "  NEVER DELETED: m.example.com is the name of production",
      "    bucket    store",
      "    instance  i-1  nodes",
      "",
    ].join("\n"),
  );
  expect(sweepText([])).toBe("Nothing carries the tag of a mirror.\n");
  expect(sweepHint(mirrors)).toBe("");
  expect(sweepHint(mirrorsOf(found, [{ clusterName: "prod.example.com" }], at))).toBe(
    "To delete m.example.com: npx rehearsal sweep --owner o1 --delete\n",
  );
  expect(JSON.parse(sweepJson(mirrors))).toEqual([
    {
      ...ownership,
      state: "current",
      why: "expires at 2026-11-26T10:00:00Z",
      refusals: ["m.example.com is the name of production"],
      resources: [
        { kind: "bucket", id: "store", name: "store" },
        { kind: "instance", id: "i-1", name: "nodes" },
      ],
    },
  ]);
});
