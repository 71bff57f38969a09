import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { PathSearch } from "../../../tools/on-path.ts";
import { demoPin } from "./demo.ts";
import { script, temporaryFolder, TestServer } from "./support.ts";
import type { Cleanup } from "./support.ts";

let folder: string;
let cleanup: Cleanup;
beforeEach(async () => {
  ({ folder, cleanup } = await temporaryFolder());
});
afterEach(() => cleanup());

const pin = demoPin(new TestServer(), "kops");
const search = (...folders: string[]): PathSearch =>
  new PathSearch(path.join(folder, "root"), folders.map((name) => path.join(folder, name)).join(path.delimiter));

/** A program that notes each call. */
const counting = (name: string, version: string): Promise<string> =>
  script(path.join(folder, name, "kops"), `echo x >> ${folder}/calls`, `echo "demo ${version}"`);
const calls = async (): Promise<number> =>
  (await readFile(path.join(folder, "calls"), "utf8")).trim().split("\n").length;

test("the first on PATH counts, as in a shell", async () => {
  const first = await counting("one", "9.0.0");
  await counting("two", "1.2.3");
  expect(await search("none", "one", "two").find(pin)).toEqual({ path: first, version: "9.0.0", accepted: false });
});

test("folders and files that cannot be executed are passed over", async () => {
  await mkdir(path.join(folder, "one", "kops"), { recursive: true });
  await mkdir(path.join(folder, "two"));
  await writeFile(path.join(folder, "two", "kops"), "text");
  const third = await counting("three", "1.2.3");
  expect(await search("one", "two", "three").find(pin)).toEqual({ path: third, version: "1.2.3", accepted: true });
});

test("the project's own links are not on PATH", async () => {
  await counting("root/bin/0123", "1.2.3");
  expect(await search("root/bin/0123").find(pin)).toBeUndefined();
});

test("a program is asked once, and again when it has changed", async () => {
  const file = await counting("one", "1.2.3");
  await search("one").find(pin);
  expect(await search("one").find(pin)).toEqual({ path: file, version: "1.2.3", accepted: true });
  expect(await calls()).toBe(1);
  await appendFile(file, "# changed\n");
  await search("one").find(pin);
  expect(await calls()).toBe(2);
});

test("a damaged memory is forgotten", async () => {
  await mkdir(path.join(folder, "root"));
  await writeFile(path.join(folder, "root", "path-versions.json"), "{ half");
  await counting("one", "1.2.3");
  expect((await search("one").find(pin))?.accepted).toBe(true);
});

test("a program without a version is not accepted", async () => {
  await script(path.join(folder, "one", "kops"), "exit 3");
  expect(await search("one").find(pin)).toMatchObject({ version: undefined, accepted: false });
});
