import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parseProduction } from "../../../mirror/production.ts";
import { mirrorOf } from "../../../rehearsal/commands/mirror.ts";
import { UsageError } from "../../../rehearsal/errors.ts";

const production = parseProduction(readFileSync(new URL("../../../examples/production.yaml", import.meta.url), "utf8"));
const options = { cidr: "172.20.0.0/16", scale: 1, minimum: 1, tag: [], access: [] };

test("what is wrong with a mirror is said by the names of the options, all of it at once", () => {
  const make = () =>
    mirrorOf(production, { ...options, name: "prod.k8s.example.com", vpc: "vpc-0", cidr: "10.0.0.0/16" });
  expect(make).toThrow(UsageError);
  expect(make).toThrow(
    /--name: prod\.k8s\.example\.com is production's[^]*--cidr: 10\.0\.0\.0\/16 [^]*--zone: is missing/,
  );
});

test("with a name, a zone and a network of its own it is derived", () => {
  const { manifests } = mirrorOf(production, {
    ...options,
    name: "m.rehearsal.example.org",
    zone: "rehearsal.example.org",
  });
  expect(manifests[0]).toMatchObject({ metadata: { name: "m.rehearsal.example.org" } });
});

test("options that no mirror can have are refused as the settings that they stand for, all of them at once", () => {
  const own = { ...options, name: "m.example.org", zone: "example.org" };
  const make = () =>
    mirrorOf(production, {
      ...own,
      name: "M_1.example.org",
      state: "bucket",
      scale: 5,
      minimum: 0,
      tag: ["Purpose"],
      access: ["203.0.113.7/24"],
      discoveryStore: "https://bucket",
    });
  for (const option of ["name", "state", "scale", "minimum", "tag", "access", "discovery-store"])
    expect(make).toThrow(new RegExp(`^  --${option}: `, "m"));
  expect(() => mirrorOf(production, { ...own, cidr: "172.20.0.0/28" })).toThrow(/--cidr: .*too small/);
});

test("a mirror that finds its API server by gossip has no hosted zone", () => {
  const gossip = parseProduction(readFileSync(new URL("../../fixtures/clusters/gossip.yaml", import.meta.url), "utf8"));
  const { manifests } = mirrorOf(gossip, { ...options, name: "m.k8s.local", zone: "example.org" });
  expect(JSON.stringify(manifests[0])).not.toContain("dnsZone");
});
