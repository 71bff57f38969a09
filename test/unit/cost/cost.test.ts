import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { estimate } from "../../../cost/estimate.ts";
import { inventory } from "../../../cost/inventory.ts";
import { readPriceList } from "../../../cost/price-list.ts";
import { priceOf, priceTableSchema, withList } from "../../../cost/prices.ts";
import type { PriceList } from "../../../cost/prices.ts";

const list = (prices: Record<string, number>, changes: Partial<PriceList> = {}): PriceList => ({
  source: "a table",
  date: "2026-01-01",
  region: "us-east-1",
  prices,
  ...changes,
});

const cluster = (spec: object) => ({ kind: "Cluster", spec });
const group = (spec: object) => ({ kind: "InstanceGroup", spec });

test("cost/prices.json is a table whose every list has a source and a date", () => {
  const file = new URL("../../../cost/prices.json", import.meta.url);
  const { lists } = priceTableSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  expect(lists.every(({ date }) => date !== null)).toBe(true);
  expect(priceOf(lists, "us-east-1", "instance/m5.large")).toMatchObject({ usd: 0.096, date: "2026-07-20" });
  expect(priceOf(lists, "eu-west-1", "instance/m5.large")).toBeUndefined();
});

describe("prices", () => {
  test("a later list goes before an earlier one, of its region only", () => {
    const lists = [list({ "nat-gateway": 1 }), list({ "nat-gateway": 2 }), list({ "nat-gateway": 3 }, { region: "x" })];
    expect(priceOf(lists, "us-east-1", "nat-gateway")?.usd).toBe(2);
  });

  test("a fresh list takes the place of the one of the same source and region", () => {
    const other = list({ "nat-gateway": 1 }, { region: "eu-west-1" });
    const fresh = list({ "nat-gateway": 9 });
    expect(withList({ version: 1, lists: [list({ "nat-gateway": 1 }), other] }, fresh).lists).toEqual([other, fresh]);
  });
});

describe("inventory", () => {
  test("of a public cluster: instances, a surge node, volumes, addresses, load balancers", () => {
    const subnets = [{ name: "a", zone: "us-east-1a", type: "Public" }];
    const items = inventory(
      [
        cluster({
          subnets,
          api: { loadBalancer: { class: "Network", type: "Public" } },
          etcdClusters: [{ etcdMembers: [{}] }, { etcdMembers: [{ volumeSize: 5 }] }],
        }),
        group({ role: "Master", machineType: "m5.large", minSize: 1, subnets: ["a"] }),
        group({ role: "Node", machineType: "m5.xlarge", minSize: 3, subnets: ["a"], rootVolumeSize: 50 }),
      ],
      ["classic"],
    );
    expect(items.map(({ item, quantity }) => `${quantity} ${item}`).sort()).toEqual(
      [
        "1 instance/m5.large",
        "3 instance/m5.xlarge",
        "1 instance/m5.xlarge",
        `${64 + 4 * 50} volume/gp3`,
        "25 volume/gp3",
        "5 public-ipv4",
        "1 load-balancer/network",
        "1 load-balancer/classic",
        "2 public-ipv4",
      ].sort(),
    );
  });

  test("what is paid for besides is there, and without a price where none is known", () => {
    const of = (spec: object) =>
      inventory([cluster({}), group({ role: "Node", machineType: "m5.large", minSize: 2, ...spec })], []).map(
        ({ item, quantity, what, unpriced }) => `${quantity} ${item} ${what}${unpriced === undefined ? "" : " ?"}`,
      );
    expect(of({ minSize: undefined })).toContain("2 instance/m5.large nodes");
    expect(of({ volumes: [{ size: 100 }, { size: 50, type: "gp2" }] })).toEqual(
      expect.arrayContaining(["300 volume/gp3 further volumes, GB", "150 volume/gp2 further volumes, GB"]),
    );
    expect(of({ rootVolumeIops: 3000, rootVolumeThroughput: 125 }).join()).not.toContain("?");
    expect(of({ rootVolumeIops: 6000 })).toContain("3 volume/gp3 operations and throughput of root volumes ?");
    expect(of({ rootVolumeType: "io2" })).toContain("3 volume/io2 operations and throughput of root volumes ?");
    expect(of({ tenancy: "dedicated" })).toContain("2 instance/m5.large nodes ?");
    expect(of({ manager: "Karpenter" })).toEqual(expect.arrayContaining([expect.stringMatching(/nodes \?$/)]));
    expect(of({ manager: "Karpenter" }).join()).not.toContain("root volumes");
    expect(of({ warmPool: {} })).toContain("1 instance/m5.large warm pool ?");
  });

  test("private subnets have a NAT gateway a zone and no addresses, unless they have a way out", () => {
    const of = (egress?: string) =>
      inventory(
        [
          cluster({ subnets: ["a", "b"].map((zone) => ({ name: zone, zone, type: "Private", egress })) }),
          group({ role: "Node", machineType: "m5.large", minSize: 1, subnets: ["a"] }),
        ],
        [],
      ).map(({ item, quantity }) => `${quantity} ${item}`);
    expect(of()).toEqual(expect.arrayContaining(["2 nat-gateway", "2 public-ipv4"]));
    expect(of("nat-1").join()).not.toMatch(/nat-gateway|public/);
  });
});

test("the inventory of a cluster is the same in v1alpha3, which has other places for subnets and root volumes", () => {
  const subnets = [
    { name: "a", zone: "us-east-1a", type: "Public" },
    { name: "b", zone: "us-east-1b", type: "Private" },
  ];
  const etcdClusters = [{ name: "main", etcdMembers: [{ volumeSize: 5 }] }];
  const nodes = { role: "Node", machineType: "m5.large", minSize: 2, subnets: ["a"] };
  const old = [cluster({ subnets, etcdClusters }), group({ ...nodes, rootVolumeSize: 50, associatePublicIp: false })];
  const fresh = [
    cluster({ networking: { cilium: {}, subnets }, etcdClusters }),
    group({ ...nodes, rootVolume: { size: 50 }, associatePublicIP: false }),
  ].map((manifest) => ({ ...manifest, apiVersion: "kops.k8s.io/v1alpha3" }));
  const items = inventory(fresh, []);
  expect(items).toEqual(inventory(old, []));
  expect(items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ item: "nat-gateway", quantity: 1 }),
      expect.objectContaining({ item: "volume/gp3", quantity: 150 }),
    ]),
  );
});

describe("estimate", () => {
  test("an unknown price is null and not in the sum", () => {
    const items = [
      { item: "instance/m5.large", quantity: 2, what: "nodes" },
      { item: "instance/x9.huge", quantity: 1, what: "more nodes" },
      { item: "instance/m5.large", quantity: 1, what: "spot nodes", unpriced: "spot" },
    ];
    const cost = estimate(items, [list({ "instance/m5.large": 0.1 })], "us-east-1", 2.5);
    expect(cost).toMatchObject({ usd: 0.5, usdPerHour: 0.2, unknown: 2 });
    expect(cost.lines.map(({ usd }) => usd)).toEqual([0.5, null, null]);
  });

  test("load balancers are paid by the hour begun, volumes by the month of 30 days", () => {
    const items = [
      { item: "load-balancer/network", quantity: 1, what: "lb" },
      { item: "volume/gp3", quantity: 720, what: "GB" },
    ];
    const prices = list({ "load-balancer/network": 0.02, "volume/gp3": 0.08 });
    expect(estimate(items, [prices], "us-east-1", 1.5).lines.map(({ usd }) => usd)).toEqual([0.04, 0.12]);
  });

  test("more time never costs less", () => {
    const items = [
      { item: "nat-gateway", quantity: 3, what: "nat" },
      { item: "public-ipv4", quantity: 3, what: "ip" },
    ];
    const prices = [list({ "nat-gateway": 0.045, "public-ipv4": 0.005 })];
    fc.assert(
      fc.property(
        fc.float({ min: 0, max: 1000, noNaN: true }),
        fc.float({ min: 0, max: 100, noNaN: true }),
        (h, more) => {
          const [less, total] = [h, h + more].map((hours) => estimate(items, prices, "us-east-1", hours).usd);
          expect(total).toBeGreaterThanOrEqual(less!);
        },
      ),
    );
  });
});

describe("answers of the price list API", () => {
  const product = (
    productFamily: string,
    attributes: object,
    unit: string,
    usd: string,
    publicationDate = "2026-11-02T00:00:00Z",
  ) =>
    JSON.stringify({
      product: { productFamily, attributes },
      terms: { OnDemand: { a: { priceDimensions: { b: { unit, beginRange: "0", pricePerUnit: { USD: usd } } } } } },
      publicationDate,
    });

  test("become one list with the oldest date; what is of no interest is passed over", () => {
    const fresh = readPriceList("eu-west-1", [
      product("Compute Instance", { usagetype: "EU-BoxUsage:m5.large", instanceType: "m5.large" }, "Hrs", "0.107"),
      product("Compute Instance", { usagetype: "EU-UnusedBox:m5.large", instanceType: "m5.large" }, "Hrs", "9"),
      product(
        "Storage",
        { usagetype: "EU-EBS:VolumeUsage.gp3", volumeApiName: "gp3" },
        "GB-Mo",
        "0.088",
        "2026-10-01T01:00:00Z",
      ),
      product("NAT Gateway", { usagetype: "EU-NatGateway-Hours" }, "Hrs", "0.048"),
      product("NAT Gateway", { usagetype: "EU-NatGateway-Bytes" }, "GB", "0.048"),
      product("Load Balancer-Network", { usagetype: "EU-LoadBalancerUsage" }, "Hrs", "0.0252"),
      product("Load Balancer", { usagetype: "EU-LoadBalancerUsage" }, "Hrs", "0.028"),
      product("", { usagetype: "EU-PublicIPv4:InUseAddress" }, "Hrs", "0.005"),
      product("", { usagetype: "EU-PublicIPv4:IdleAddress" }, "Hrs", "7"),
    ]);
    expect(fresh).toMatchObject({ date: "2026-10-01", region: "eu-west-1" });
    expect(fresh.prices).toEqual({
      "instance/m5.large": 0.107,
      "load-balancer/classic": 0.028,
      "load-balancer/network": 0.0252,
      "nat-gateway": 0.048,
      "public-ipv4": 0.005,
      "volume/gp3": 0.088,
    });
  });

  test("nothing of use is an error", () => {
    expect(() => readPriceList("eu-west-1", [])).toThrow("no price of eu-west-1");
  });
});
