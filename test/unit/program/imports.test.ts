import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { build } from "esbuild";

/**
 * Every module that the program loads before its first resource makes each preview longer. What only steps need, and what
 * only some settings ask for, is imported where it is used.
 */
test("the program loads no package besides Pulumi's and what reads and checks settings", async () => {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const { metafile } = await build({
    ...{ absWorkingDir: root, entryPoints: ["index.ts"], bundle: true, format: "esm", platform: "node" },
    ...{ packages: "external", splitting: true, outdir: "out", write: false, metafile: true },
  });
  const loaded = new Set<string>();
  const packages = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, external, kind } of metafile.inputs[file]?.imports ?? []) {
      if (kind === "dynamic-import") continue;
      if (external !== true) load(path);
      else if (!path.startsWith("node:")) packages.add(/^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
    }
  };
  load("index.ts");
  expect(loaded.size).toBeGreaterThan(50);
  expect([...packages].sort()).toEqual([
    ...["@pulumi/aws", "@pulumi/command", "@pulumi/kubernetes", "@pulumi/pulumi"],
    ...["ip-address", "semver", "yaml", "zod"],
  ]);
});
