import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ensurePlugins } from "../../../tools/plugins.ts";
import type { PluginsAnswer } from "../../../tools/plugins.ts";
import { script, temporaryFolder, TestServer } from "./support.ts";
import type { Cleanup } from "./support.ts";

let server: TestServer;
let folder: string;
let cleanup: Cleanup;
beforeEach(async () => {
  server = await new TestServer().start();
  ({ folder, cleanup } = await temporaryFolder());
  for (const name of ["aws", "kubernetes", "command"]) {
    const file = path.join(folder, "node_modules", "@pulumi", name, "package.json");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ version: "1.0.0", pulumi: { resource: true, name, version: "7.1.0" } }));
  }
});
afterEach(async () => {
  await server.stop();
  await cleanup();
});

const home = (): string => path.join(folder, "home");
const calls = async (): Promise<string[]> => (await readFile(path.join(folder, "calls"), "utf8")).trim().split("\n");

/** A stand-in for the CLI that notes its calls. */
async function pulumi(languageHost: boolean, ...lines: string[]): Promise<string> {
  if (languageHost) await script(path.join(folder, "cli", "pulumi-language-nodejs"));
  return script(path.join(folder, "cli", "pulumi"), `echo "$PULUMI_HOME $*" >> ${folder}/calls`, ...lines);
}

function ensure(cli: string): Promise<PluginsAnswer> {
  const folders = { root: path.join(folder, "root"), nodeModules: path.join(folder, "node_modules") };
  return ensurePlugins({ paths: { pulumi: cli } }, { ...folders, pulumiHome: home(), probe: `${server.url}/` });
}

test("a CLI without its language host cannot use them, and the internet is not asked", async () => {
  const answer = await ensure(await pulumi(false));
  expect(answer).toEqual({ official: false, reason: expect.stringContaining("brings no language host") });
  expect(server.requests).toEqual([]);
});

test("what is missing is installed, at the versions of the packages, into the given home", async () => {
  await mkdir(path.join(home(), "plugins", "resource-kubernetes-v7.1.0"), { recursive: true });
  const answer = await ensure(await pulumi(true));
  expect(answer).toEqual({ official: true, reason: "the official plugins were installed" });
  const command = `${home()} plugin install resource`;
  expect(await calls()).toEqual([`${command} aws 7.1.0`, `${command} command 7.1.0`]);
});

test("what is there is not asked for again; what broke off half-way is", async () => {
  for (const name of ["aws", "kubernetes", "command"]) {
    await mkdir(path.join(home(), "plugins", `resource-${name}-v7.1.0`), { recursive: true });
  }
  const cli = await pulumi(true);
  expect(await ensure(cli)).toEqual({ official: true, reason: "the official plugins are installed" });
  expect(server.requests).toEqual([]);
  await writeFile(path.join(home(), "plugins", "resource-aws-v7.1.0.partial"), "");
  await ensure(cli);
  expect(await calls()).toEqual([`${home()} plugin install resource aws 7.1.0`]);
});

test("a failed download is remembered for these versions", async () => {
  const cli = await pulumi(true, "echo 'error: 403 from the server'", "exit 1");
  expect(await ensure(cli)).toMatchObject({ official: false, reason: expect.stringContaining("403 from the server") });
  const again = await ensure(cli);
  expect(again).toMatchObject({ official: false, reason: expect.stringContaining("asked again after a day") });
  expect(await calls()).toHaveLength(1);
});

test("without internet the CLI is not even started", async () => {
  const cli = await pulumi(true);
  await server.stop();
  const answer = await ensure(cli);
  expect(answer).toMatchObject({ official: false, reason: expect.stringContaining("cannot be reached") });
  await expect(calls()).rejects.toThrow("ENOENT");
});
