import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { ChecksumError, ChecksumLock, findChecksum } from "../../../tools/checksums.ts";
import { sha256, temporaryFolder } from "./support.ts";
import type { Cleanup } from "./support.ts";

const a = sha256("a");
const b = sha256("b");

describe("a publisher's checksum file", () => {
  test("is a bare checksum", () => {
    expect(findChecksum(a, "kops-linux-amd64")).toBe(a);
    expect(findChecksum(`${a}\n`, "kops-linux-amd64")).toBe(a);
  });

  test("or lists files", () => {
    const content = `# comment\n${a}  k6-v1.8.1-linux-amd64.tar.gz\n${b} *./dist/k6-v1.8.1-linux-arm64.tar.gz\r\n`;
    expect(findChecksum(content, "k6-v1.8.1-linux-amd64.tar.gz")).toBe(a);
    expect(findChecksum(content, "k6-v1.8.1-linux-arm64.tar.gz")).toBe(b);
  });

  test("another file's checksum, even the only one, is not taken", () => {
    expect(findChecksum(`${a}  k6-v1.8.0-linux-amd64.tar.gz\n`, "k6-v1.8.1-linux-amd64.tar.gz")).toBeUndefined();
    expect(findChecksum(`${a}\n${b}\n`, "kops-linux-amd64")).toBeUndefined();
  });

  test("text that is no checksum gives none", () => {
    fc.assert(fc.property(fc.string({ maxLength: 63 }), (text) => expect(findChecksum(text, "kops")).toBeUndefined()));
    expect(findChecksum("<html>404</html>", "kops")).toBeUndefined();
  });
});

describe("the lock of checksums", () => {
  let folder: string;
  let cleanup: Cleanup;
  let file: string;

  beforeEach(async () => {
    ({ folder, cleanup } = await temporaryFolder());
    file = path.join(folder, "checksums.lock.json");
    await writeFile(file, "{}\n");
  });
  afterEach(() => cleanup());

  test("remembers, in order", async () => {
    const lock = new ChecksumLock(file);
    await lock.add("pulumi/3.259.0/linux-amd64", b, "there");
    await lock.add("k6/1.8.1/linux-amd64", a, "there");
    const expected = { "k6/1.8.1/linux-amd64": a, "pulumi/3.259.0/linux-amd64": b };
    expect(await readFile(file, "utf8")).toBe(`${JSON.stringify(expected, null, 2)}\n`);
  });

  test("loses nothing when filled by several at once", async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `tool${index}/1.0.0/linux-amd64`);
    await Promise.all(keys.map((key) => new ChecksumLock(file).add(key, a, "there")));
    expect(Object.keys(JSON.parse(await readFile(file, "utf8")) as object).sort()).toEqual(keys);
  });

  test("a changed checksum is an error with both values", async () => {
    const lock = new ChecksumLock(file);
    await lock.add("k6/1.8.1/linux-amd64", a, "there");
    const change = lock.add("k6/1.8.1/linux-amd64", b, "https://example.com/checksums.txt");
    await expect(change).rejects.toThrow(ChecksumError);
    await expect(change).rejects.toThrow(a);
    await expect(change).rejects.toThrow(b);
    expect(await lock.get("k6/1.8.1/linux-amd64")).toBe(a);
  });

  test("a damaged file is an error, not an empty lock", async () => {
    await writeFile(file, '{"k6/1.8.1/linux-amd64": "not a checksum"}');
    await expect(new ChecksumLock(file).get("k6/1.8.1/linux-amd64")).rejects.toThrow("restore it");
  });
});
