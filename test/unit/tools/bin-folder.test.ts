import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readdir, readlink } from "node:fs/promises";
import path from "node:path";
import { binFolder } from "../../../tools/bin-folder.ts";
import { cacheRoot } from "../../../tools/paths.ts";
import { temporaryFolder } from "./support.ts";
import type { Cleanup } from "./support.ts";

let folder: string;
let cleanup: Cleanup;
beforeEach(async () => {
  ({ folder, cleanup } = await temporaryFolder());
});
afterEach(() => cleanup());

test("links to every tool; the same for the same tools, made by several at once", async () => {
  const paths = { kops: "/somewhere/kops", k6: "/elsewhere/k6" };
  const made = await Promise.all([binFolder(folder, paths), binFolder(folder, paths), binFolder(folder, paths)]);
  const [first = ""] = made;
  expect(new Set(made).size).toBe(1);
  expect(await binFolder(folder, { k6: "/elsewhere/k6", kops: "/somewhere/kops" })).toBe(first);
  expect((await readdir(first)).sort()).toEqual(["k6", "kops"]);
  expect(await readlink(path.join(first, "kops"))).toBe("/somewhere/kops");
  expect(await readdir(path.join(folder, "bin"))).toHaveLength(1);
});

test("other tools get another folder", async () => {
  const one = await binFolder(folder, { kops: "/one/kops" });
  expect(await binFolder(folder, { kops: "/two/kops" })).not.toBe(one);
});

test("where installed tools are kept", () => {
  expect(cacheRoot({ REHEARSAL_TOOLS_DIR: "/tools", XDG_CACHE_HOME: "/cache" })).toBe("/tools");
  expect(cacheRoot({ XDG_CACHE_HOME: "/cache" })).toBe("/cache/kops-upgrade-rehearsal");
  expect(cacheRoot({})).toMatch(/\/\.cache\/kops-upgrade-rehearsal$/);
});
