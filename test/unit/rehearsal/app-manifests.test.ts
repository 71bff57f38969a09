import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { appManifests } from "../../../rehearsal/app-manifests.ts";
import { exampleSettings } from "../../components/settings.ts";

const dir = mkdtempSync(join(tmpdir(), "app-manifests-"));
const path = process.env["PATH"];
const app = exampleSettings().app;

/** A program on PATH that notes how it is called, and answers. */
function program(name: string, script: string): void {
  writeFileSync(join(dir, name), `#!/bin/sh\nprintf '%s\\n' "$@" > ${dir}/${name}.args\n${script}\n`);
  chmodSync(join(dir, name), 0o755);
}

const argsOf = (name: string) =>
  readFileSync(join(dir, `${name}.args`), "utf8")
    .trim()
    .split("\n");

beforeAll(() => {
  process.env["PATH"] = `${dir}${delimiter}/bin${delimiter}/usr/bin`;
});
afterAll(() => {
  process.env["PATH"] = path;
  rmSync(dir, { recursive: true });
});

test("the sample app has none", async () => {
  expect(await appManifests(app, "1.34.3")).toEqual([]);
});

describe("a chart", () => {
  const chart = { chart: "shop", repo: "https://charts.example.com", version: "1.2.3", values: { a: { b: 1 } } };

  test("is rendered for the cluster's version with its values on standard input, and gets its namespace", async () => {
    program("helm", `cat > ${dir}/values; printf 'apiVersion: v1\\nkind: Service\\nmetadata: {name: web}\\n'`);
    const manifests = await appManifests({ ...app, chart }, "1.34.3");
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata?.name}`)).toEqual([
      "Namespace rehearsal",
      "Service web",
    ]);
    expect(argsOf("helm")).toEqual([
      "template",
      "rehearsal",
      "shop",
      "--repo=https://charts.example.com",
      "--version=1.2.3",
      "--namespace=rehearsal",
      "--kube-version=1.34.3",
      "--include-crds",
      "--skip-tests",
      "--values=-",
    ]);
    expect(JSON.parse(readFileSync(join(dir, "values"), "utf8"))).toEqual({ a: { b: 1 } });
  });

  test("that cannot be rendered is an error with what helm said", async () => {
    program("helm", "echo 'Error: no such chart' >&2; exit 1");
    await expect(appManifests({ ...app, chart }, "1.34.3")).rejects.toThrow(
      /helm template failed[^]*no such chart[^]*by hand: helm/,
    );
  });

  test("without helm is an error that says what is missing", async () => {
    rmSync(join(dir, "helm"));
    process.env["PATH"] = dir;
    await expect(appManifests({ ...app, chart }, "1.34.3")).rejects.toThrow("helm was not found on PATH");
    process.env["PATH"] = `${dir}${delimiter}/bin${delimiter}/usr/bin`;
  });
});

test("a kustomization is rendered by kubectl", async () => {
  program("kubectl", "printf 'apiVersion: v1\\nkind: Service\\nmetadata: {name: web, namespace: shop}\\n'");
  expect(await appManifests({ ...app, kustomization: "/shop" }, "1.34.3")).toHaveLength(1);
  expect(argsOf("kubectl")).toEqual(["kustomize", "/shop"]);
});
