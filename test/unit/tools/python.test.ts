import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { toolsSource } from "../../../tools/paths.ts";
import { findVenv, installVenv } from "../../../tools/python.ts";
import type { PythonContext } from "../../../tools/python.ts";
import { script, temporaryFolder } from "./support.ts";
import type { Cleanup } from "./support.ts";

let folder: string;
let cleanup: Cleanup;
beforeEach(async () => {
  ({ folder, cleanup } = await temporaryFolder());
});
afterEach(() => cleanup());

/** A stand-in for Python that notes its calls and "makes" a virtual environment by copying itself. */
async function context(...more: string[]): Promise<PythonContext> {
  const python = await script(
    path.join(folder, "python3"),
    `echo "$*" >> ${folder}/calls`,
    ...more,
    `if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi`,
  );
  const requirements = path.join(folder, "requirements.txt");
  await writeFile(requirements, "moto==5.2.5 --hash=sha256:0\n");
  return {
    root: path.join(folder, "root"),
    requirements,
    findPython: () => Promise.resolve(python),
    progress: () => undefined,
  };
}
const calls = async (): Promise<string[]> => (await readFile(path.join(folder, "calls"), "utf8")).trim().split("\n");

test("is made once, with hashes required", async () => {
  const python = await context();
  expect(await findVenv(python)).toBeUndefined();
  const [first, second] = await Promise.all([installVenv(python), installVenv(python)]);
  expect(first).toBe(second);
  expect(await findVenv(python)).toBe(first);
  const made = await calls();
  expect(made).toHaveLength(3);
  expect(made[1]).toContain(`--require-hashes --only-binary :all: -r ${python.requirements}`);
});

test("other requirements get an environment of their own", async () => {
  const python = await context();
  const first = await installVenv(python);
  await writeFile(python.requirements, "moto==5.2.6 --hash=sha256:0\n");
  expect(await findVenv(python)).toBeUndefined();
  expect(await installVenv(python)).not.toBe(first);
});

test("a failed install shows pip's last words and is not taken for an environment", async () => {
  const python = await context(`if [ "$2" = pip ]; then echo 'THESE PACKAGES DO NOT MATCH THE HASHES'; exit 1; fi`);
  await expect(installVenv(python)).rejects.toThrow("THESE PACKAGES DO NOT MATCH THE HASHES");
  expect(await findVenv(python)).toBeUndefined();
});

test("an environment whose Python has gone is made again", async () => {
  const python = await context();
  const interpreter = await installVenv(python);
  await rm(interpreter);
  expect(await findVenv(python)).toBeUndefined();
  expect(await installVenv(python)).toBe(interpreter);
});

test("every requirement is pinned and hashed, moto at the version that the lab is made for", async () => {
  const text = await readFile(path.join(toolsSource, "python", "requirements.txt"), "utf8");
  const joined = text
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s*#/.test(line));
  expect(joined.length).toBeGreaterThan(30);
  for (const line of joined) expect(line).toMatch(/^[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/);
  expect(joined.some((line) => line.startsWith("moto==5.2.5 "))).toBe(true);
  expect(text).not.toContain("://");
});
