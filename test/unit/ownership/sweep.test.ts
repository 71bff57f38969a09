import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { kinds } from "../../../ownership/found.ts";
import { services } from "../../../rehearsal/sweep/find.ts";
import { knownProductions } from "../../../rehearsal/sweep/known-productions.ts";
import { Runs } from "../../../rehearsal/run.ts";
import { configOf } from "../rehearsal/config.fixture.ts";

test("each kind of resource that a mirror is made of can be deleted, by one service", () => {
  const removable = Object.values(services).flatMap(({ remove }) => Object.keys(remove));
  expect(removable.sort()).toEqual([...kinds].sort());
});

describe("what production is", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "sweep-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test("is known from every stack file, from the mirrors that the folder owns, and from whoever names it", async () => {
    const stack = (production: string): string => `config:\n  kops-upgrade-rehearsal:production:\n${production}`;
    await writeFile(join(dir, "Pulumi.yaml"), "config: { kops-upgrade-rehearsal:production: { default: {} } }\n");
    await writeFile(join(dir, "Pulumi.a.yaml"), stack("    clusterName: a.example.com\n    nodes: 3\n"));
    await writeFile(join(dir, "Pulumi.b.yaml"), stack("    stateStore: s3://b-store/x\n    networkId: vpc-1\n"));
    await writeFile(join(dir, "Pulumi.c.yaml"), "encryptionsalt: x\n");
    const production = { clusterName: "d.example.com", networkCidrs: [] };
    await new Runs(join(dir, ".rehearsal", "d")).own(configOf({ production }));
    expect(await knownProductions(dir, ["e.example.com"])).toMatchObject([
      { clusterName: "e.example.com" },
      { clusterName: "a.example.com" },
      { clusterName: "", stateStore: "s3://b-store/x", networkId: "vpc-1" },
      production,
    ]);
  });

  test("must be readable where it is said: a guard that is blind lets nothing pass", async () => {
    await writeFile(join(dir, "Pulumi.a.yaml"), "config: { kops-upgrade-rehearsal:production: prod.example.com }\n");
    await expect(knownProductions(dir, [])).rejects.toThrow("Pulumi.a.yaml does not say what production is");
  });
});
