import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { ChecksumError } from "../../../tools/checksums.ts";
import { allWays, parseWays } from "../../../tools/environment.ts";
import type { Way } from "../../../tools/environment.ts";
import { Downloader } from "../../../tools/network.ts";
import { PrerequisiteError } from "../../../tools/prerequisites.ts";
import { findTool, installTool } from "../../../tools/resolve.ts";
import { demoEnvironment, demoPin, entries, publish } from "./demo.ts";
import { script, sha256, temporaryFolder, TestServer } from "./support.ts";
import type { Cleanup } from "./support.ts";

let server: TestServer;
let folder: string;
let cleanup: Cleanup;
beforeEach(async () => {
  server = await new TestServer().start();
  ({ folder, cleanup } = await temporaryFolder());
});
afterEach(async () => {
  await server.stop();
  await cleanup();
});

const installedPath = (): string => path.join(folder, "root", "tools", "k6", "1.2.3-linux-amd64", "bin", "k6");

describe("on PATH", () => {
  test("an accepted version is taken as it is", async () => {
    const env = await demoEnvironment(folder, [demoPin(server)]);
    const file = await script(path.join(folder, "path", "k6"), 'echo "demo 1.9.0"');
    expect(await findTool(demoPin(server), env)).toEqual({ path: file, way: "on PATH, 1.9.0" });
  });

  test("another version is passed over, and the install says so", async () => {
    await publish(server, folder);
    const lines: string[] = [];
    const env = await demoEnvironment(folder, [demoPin(server)], { progress: (line) => lines.push(line) });
    await script(path.join(folder, "path", "k6"), 'echo "demo 2.0.0"');
    expect(await findTool(demoPin(server), env)).toBeUndefined();
    expect((await installTool(demoPin(server), env)).path).toBe(installedPath());
    expect(lines[0]).toContain("path/k6 is 2.0.0, accepted is ^1.2.0: installing 1.2.3");
  });
});

describe("official release", () => {
  test("is verified, unpacked whole, remembered in the lock, and found the next time", async () => {
    const { checksum } = await publish(server, folder);
    const env = await demoEnvironment(folder, [demoPin(server)]);
    const tool = await installTool(demoPin(server), env);
    expect(tool).toEqual({ path: installedPath(), way: "official release 1.2.3, checksum verified" });
    expect((await execa(tool.path)).stdout).toBe("demo 1.2.3");
    const beside = path.join(installedPath(), "..", "..", "demo", "LICENSE");
    expect(await readFile(beside, "utf8")).toBe("Apache-2.0\n");
    expect(await env.lock.get("k6/1.2.3/linux-amd64")).toBe(checksum);
    const again = await findTool(demoPin(server), await demoEnvironment(folder, [demoPin(server)]));
    expect(again).toEqual({ path: installedPath(), way: "installed: official release 1.2.3, checksum verified" });
    expect(server.asked("/demo-linux.tar.gz")).toBe(1);
  });

  test("a bare program", async () => {
    const program = '#!/bin/sh\necho "demo 1.2.3"\n';
    server.answers.set("/kops-linux-amd64", program);
    server.answers.set("/kops-linux-amd64.sha256", sha256(program));
    const url = `${server.url}/kops-linux-amd64`;
    const pin = { ...demoPin(server, "kops"), release: () => ({ url, checksumsUrl: `${url}.sha256` }) };
    const tool = await installTool(pin, await demoEnvironment(folder, [pin]));
    expect((await execa(tool.path)).stdout).toBe("demo 1.2.3");
  });

  test("a wrong checksum is refused with both values; nothing is installed, built or remembered", async () => {
    const { checksum } = await publish(server, folder);
    server.answers.set("/checksums.txt", `${sha256("other")}  demo-linux.tar.gz\n`);
    const env = await demoEnvironment(folder, [demoPin(server)]);
    const install = installTool(demoPin(server), env);
    await expect(install).rejects.toThrow(ChecksumError);
    await expect(install).rejects.toThrow(checksum);
    await expect(install).rejects.toThrow(sha256("other"));
    expect(await entries(path.join(folder, "root", "tools", "k6"))).toEqual([]);
    expect(await env.lock.get("k6/1.2.3/linux-amd64")).toBeUndefined();
    await expect(readFile(path.join(folder, "go-calls"))).rejects.toThrow("ENOENT");
  });

  test("a release without a checksum is refused", async () => {
    await publish(server, folder);
    server.answers.set("/checksums.txt", `${sha256("other")}  demo-darwin.tar.gz\n`);
    const install = installTool(demoPin(server), await demoEnvironment(folder, [demoPin(server)]));
    await expect(install).rejects.toThrow("has no SHA-256 checksum for demo-linux.tar.gz");
  });

  test("a release that changed after the first download is refused, though its publisher vouches for it", async () => {
    const first = await publish(server, folder);
    await installTool(demoPin(server), await demoEnvironment(folder, [demoPin(server)]));
    await rm(path.join(folder, "root"), { recursive: true });
    const second = await publish(server, folder, "1.2.3 tampered");
    const install = installTool(demoPin(server), await demoEnvironment(folder, [demoPin(server)]));
    await expect(install).rejects.toThrow(first.checksum);
    await expect(install).rejects.toThrow(second.checksum);
    expect(server.asked("/demo-linux.tar.gz")).toBe(1);
  });

  test("a program that says another version is not kept", async () => {
    await publish(server, folder, "1.2.4");
    const install = installTool(demoPin(server), await demoEnvironment(folder, [demoPin(server)]));
    await expect(install).rejects.toThrow("was to be k6 1.2.3, but says 1.2.4");
    expect(await entries(path.join(folder, "root", "tools", "k6"))).toEqual([]);
  });
});

describe("build", () => {
  test("where the release is not there: from a copy of the module, one binary for several tools", async () => {
    const pins = [demoPin(server, "etcd"), demoPin(server, "kubectl")];
    const env = await demoEnvironment(folder, pins);
    const tool = await installTool(demoPin(server, "etcd"), env);
    const bin = path.join(folder, "root", "tools", "demo", "1.2.3-linux-amd64", "bin");
    expect(tool).toEqual({ path: path.join(bin, "etcd"), way: "built from the Go module, 1.2.3" });
    expect((await execa(tool.path)).stdout).toBe("demo 1.2.3");
    const other = await findTool(demoPin(server, "kubectl"), env);
    expect(other).toEqual({ path: path.join(bin, "kubectl"), way: "installed: built from the Go module, 1.2.3" });
    const calls = await readFile(path.join(folder, "go-calls"), "utf8");
    expect(calls).toMatch(/^CGO_ENABLED=0 GOFLAGS= module demo build -mod=readonly .*-X main\.version=1\.2\.3/);
    expect(calls.trim().split("\n")).toHaveLength(1);
    expect(await entries(path.join(bin, ".."))).toEqual(["bin", "demo", "install.json"]);
  });

  test("where there is no way out: servers are tried once for all tools", async () => {
    const closed = await new TestServer().start();
    const offline = demoPin(closed);
    await closed.stop();
    const lines: string[] = [];
    const env = await demoEnvironment(folder, [offline], { progress: (line) => lines.push(line) });
    expect((await installTool(offline, env)).way).toBe("built from the Go module, 1.2.3");
    await publish(server, folder);
    const second = demoPin(server, "kops");
    expect((await installTool(second, { ...env, pins: [second] })).way).toContain("built");
    expect(server.requests).toEqual([]);
    expect(lines.filter((line) => line.includes("no official release to be had"))).toHaveLength(2);
  });

  test("a failure shows the compiler's last words and where the rest is", async () => {
    const broken = await script(
      path.join(folder, "broken"),
      "echo 'verifying module: checksum mismatch' >&2",
      "exit 1",
    );
    const env = await demoEnvironment(folder, [demoPin(server)], { findGo: () => Promise.resolve(broken) });
    const install = installTool(demoPin(server), env);
    await expect(install).rejects.toThrow("verifying module: checksum mismatch");
    await expect(install).rejects.toThrow(path.join(folder, "root", "logs", "build-demo-1.2.3.log"));
    expect(await entries(path.join(folder, "root", "tools", "demo"))).toEqual([]);
  });

  test("without Go, its absence is the error", async () => {
    const findGo = (): Promise<string> => Promise.reject(new PrerequisiteError("Go is needed"));
    const env = await demoEnvironment(folder, [demoPin(server)], { findGo });
    await expect(installTool(demoPin(server), env)).rejects.toThrow("Go is needed");
  });
});

describe("the ways allowed", () => {
  const ways = (...list: Way[]): { ways: Set<Way> } => ({ ways: new Set(list) });

  test("only cache and release: no build is begun", async () => {
    const env = await demoEnvironment(folder, [demoPin(server)], ways("cache", "release"));
    await expect(installTool(demoPin(server), env)).rejects.toThrow("no way that REHEARSAL_TOOLS_WAY allows");
  });

  test("only build: what is installed is replaced once, not once for each tool of a binary", async () => {
    await publish(server, folder);
    const pins = [demoPin(server, "etcd"), demoPin(server, "kubectl")];
    await installTool(demoPin(server, "etcd"), await demoEnvironment(folder, pins, ways("build")));
    const env = await demoEnvironment(folder, pins, ways("build"));
    expect(await findTool(demoPin(server, "etcd"), env)).toBeUndefined();
    await installTool(demoPin(server, "etcd"), env);
    expect((await findTool(demoPin(server, "kubectl"), env))?.way).toContain("built");
    expect(server.requests).toEqual([]);
  });

  test("are read from a list", () => {
    expect(parseWays(undefined)).toEqual(new Set(allWays));
    expect(parseWays("cache, build")).toEqual(new Set(["cache", "build"]));
    expect(() => parseWays("cache,magic")).toThrow('there is no way "magic"; allowed are path, cache, release, build');
  });
});

describe("two at once", () => {
  test("one downloads, the other waits and takes over what is there", async () => {
    await publish(server, folder);
    const install = async (): Promise<string> => {
      const env = await demoEnvironment(folder, [demoPin(server)], { downloader: new Downloader() });
      return (await installTool(demoPin(server), env)).way;
    };
    const ways = await Promise.all([install(), install(), install()]);
    expect(ways.filter((way) => way === "official release 1.2.3, checksum verified")).toHaveLength(1);
    expect(ways.filter((way) => way === "installed meanwhile by another process")).toHaveLength(2);
    expect(server.asked("/demo-linux.tar.gz")).toBe(1);
  });

  test("what a killed install left is removed, and not taken for an install", async () => {
    await publish(server, folder);
    const parent = path.join(folder, "root", "tools", "k6");
    await mkdir(path.join(parent, ".new-killed", "bin"), { recursive: true });
    await writeFile(path.join(parent, ".new-killed", "bin", "k6"), "half");
    const env = await demoEnvironment(folder, [demoPin(server)]);
    expect(await findTool(demoPin(server), env)).toBeUndefined();
    await installTool(demoPin(server), env);
    expect(await entries(parent)).toEqual(["1.2.3-linux-amd64"]);
  });
});
