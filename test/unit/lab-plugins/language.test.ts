import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseRuntimeOptions } from "../../../lab/plugins/language/options.ts";
import { installedDependencies, requiredPlugins } from "../../../lab/plugins/language/packages.ts";
import { programArgs, programEnv, type ProgramRun } from "../../../lab/plugins/language/program.ts";
import { splitWords } from "../../../lab/plugins/language/shell-words.ts";

const run: ProgramRun = {
  monitorAddress: "127.0.0.1:1",
  engineAddress: "127.0.0.1:2",
  organization: "organization",
  project: "shop",
  stack: "dev",
  rootDirectory: "/p",
  programDirectory: "/p",
  entryPoint: ".",
  dryRun: true,
  parallel: 16,
  args: [],
  config: { "shop:name": "x", "aws:region": "us-east-1", "shop:config:old": "y" },
  configSecretKeys: ["shop:name"],
};

describe("runtime options", () => {
  test("default to the SDK's own TypeScript", () => {
    expect(parseRuntimeOptions({})).toEqual({ typescript: true, nodeArgs: [], packageManager: "npm" });
  });

  test("take node's arguments apart as a shell does", () => {
    const options = parseRuntimeOptions({ typescript: false, nodeargs: '--import tsx --title="a b"' });
    expect(options).toMatchObject({ typescript: false, nodeArgs: ["--import", "tsx", "--title=a b"] });
  });

  test("of the wrong type name the setting and the value", () => {
    expect(() => parseRuntimeOptions({ typescript: "no" })).toThrow(/runtime\.options\.typescript.*"no"/);
    expect(() => parseRuntimeOptions({ nodeargs: ["--x"] })).toThrow(/runtime\.options\.nodeargs/);
  });
});

describe("splitWords", () => {
  test("gives back words that were quoted", () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => expect(splitWords(words.map(quote).join(" "))).toEqual(words)),
    );
  });

  test("knows backslashes inside and outside of double quotes", () => {
    expect(splitWords(`a\\ b "c\\"d" "e\\f"`)).toEqual(["a b", 'c"d', "e\\f"]);
  });

  test("refuses a quote that is not closed", () => {
    expect(() => splitWords('--title="x')).toThrow(/not closed/);
  });
});

describe("a program", () => {
  test("is started with node's arguments first and the SDK's after its runner", () => {
    const options = parseRuntimeOptions({ typescript: false, nodeargs: "--import tsx" });
    expect(programArgs(run, options, "/sdk/cmd/run")).toEqual([
      ...["--import", "tsx", "/sdk/cmd/run"],
      ...["--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:2", "--organization", "organization"],
      ...["--project", "shop", "--root-directory", "/p", "--stack", "dev", "--pwd", "/p"],
      ...["--dry-run", "--parallel", "16", "."],
    ]);
  });

  test("gets its configuration under the keys that the SDK reads", () => {
    const env = programEnv(run, parseRuntimeOptions({ typescript: false }));
    expect(JSON.parse(env["PULUMI_CONFIG"] ?? "")).toEqual({
      "shop:config:name": "x",
      "aws:config:region": "us-east-1",
      "shop:config:old": "y",
    });
    expect(env["PULUMI_CONFIG_SECRET_KEYS"]).toBe('["shop:name"]');
    expect(env).not.toHaveProperty("PULUMI_NODEJS_TYPESCRIPT");
  });

  test("is compiled by the SDK when the options leave that on", () => {
    const env = programEnv(run, parseRuntimeOptions({ tsconfig: "tsconfig.pulumi.json" }));
    expect(env).toMatchObject({
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.pulumi.json",
    });
  });
});

test("the plugins of a program are those that its own dependencies name", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "packages-"));
  const put = async (folder: string, manifest: object): Promise<void> => {
    await mkdir(path.join(root, folder), { recursive: true });
    await writeFile(path.join(root, folder, "package.json"), JSON.stringify(manifest));
  };
  try {
    await put("program", { dependencies: { "@pulumi/cloud": "1", plain: "1", absent: "1" } });
    // In a folder above, where a workspace has it.
    await put("node_modules/@pulumi/cloud", { name: "@pulumi/cloud", version: "1.2.3", pulumi: { resource: true } });
    await put("program/node_modules/plain", { name: "plain", version: "4.5.6" });
    const program = path.join(root, "program");
    expect(await requiredPlugins(program)).toEqual([{ name: "cloud", version: "v1.2.3" }]);
    expect(await installedDependencies(program)).toEqual([
      { name: "@pulumi/cloud", version: "1.2.3" },
      { name: "plain", version: "4.5.6" },
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});
