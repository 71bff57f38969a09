import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { nameOf } from "../../../mirror/production.ts";
import { productionFor } from "../../../rehearsal/production/for-settings.ts";
import { readStateStore } from "../../../rehearsal/production/state-store.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "source-"));
  const example = readFileSync(new URL("../../../examples/production.yaml", import.meta.url), "utf8");
  writeFileSync(join(dir, "prod.yaml"), example);
  writeFileSync(join(dir, "cluster.yaml"), example.split("---")[0] ?? "");
});
afterAll(() => rmSync(dir, { recursive: true }));

const read = (source: unknown) => productionFor({ production: { source } }, { projectDir: dir, homeDir: dir });

test("a file is read relative to the project, or to the home directory", async () => {
  for (const source of ["prod.yaml", "./prod.yaml", "~/prod.yaml", join(dir, "prod.yaml")]) {
    const production = await read(source);
    if (production === undefined || production instanceof Error) throw new Error("it was not read");
    expect(nameOf(production.cluster)).toBe("prod.k8s.example.com");
    expect(production.groups).toHaveLength(5);
  }
});

test("what cannot be read or mirrored is a reason and no crash", async () => {
  expect(await read("none.yaml")).toMatchObject({ message: expect.stringMatching(/There is no file .*none\.yaml/) });
  expect(await read("cluster.yaml")).toMatchObject({ message: expect.stringContaining("no InstanceGroup") });
});

test("without a source nothing is read", async () => {
  expect(await read(undefined)).toBeUndefined();
  expect(await read(7)).toBeUndefined();
  expect(await productionFor({}, { projectDir: dir, homeDir: dir })).toBeUndefined();
});

test.each(["s3://", "s3://store", "s3://store/", "s3:///cluster"])(
  "%s names no cluster, and nobody is asked",
  async (url) => {
    await expect(readStateStore(url, {})).rejects.toThrow(/names no cluster\.[^]*Next: kops get clusters/);
  },
);
