import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { ChecksumLock } from "../../../tools/checksums.ts";
import { allWays } from "../../../tools/environment.ts";
import type { Environment } from "../../../tools/environment.ts";
import { Downloader } from "../../../tools/network.ts";
import { PathSearch } from "../../../tools/on-path.ts";
import type { Pin, ToolName } from "../../../tools/versions.ts";
import { archive, script, sha256 } from "./support.ts";
import type { TestServer } from "./support.ts";

/** A made-up tool, under a real tool's name, that prints `demo <version>`; released by a local server. */
export function demoPin(server: TestServer, name: ToolName = "k6"): Pin {
  return {
    name,
    version: "1.2.3",
    accepted: "^1.2.0",
    versionArgs: ["version"],
    parseVersion: (output) => /^demo (\S+)/m.exec(output)?.[1],
    release: () => ({
      url: `${server.url}/demo-linux.tar.gz`,
      checksumsUrl: `${server.url}/checksums.txt`,
      member: "demo/program",
    }),
    build: { module: "demo", version: "1.2.3", target: ".", variables: { "main.version": "1.2.3" }, cpuMinutes: 1 },
  };
}

/** Lets the server publish a release that says `version`. */
export async function publish(server: TestServer, folder: string, version = "1.2.3"): Promise<{ checksum: string }> {
  const content = await archive(folder, "demo/program", version);
  server.answers.set("/demo-linux.tar.gz", content);
  server.answers.set("/checksums.txt", `${sha256(content)}  demo-linux.tar.gz\n`);
  return { checksum: sha256(content) };
}

/** A folder of its own for everything that a test installs, with a stand-in for Go that "builds" a shell script. */
export async function demoEnvironment(
  folder: string,
  pins: Pin[],
  changes: Partial<Environment> = {},
): Promise<Environment> {
  const root = path.join(folder, "root");
  const modules = path.join(folder, "modules");
  await mkdir(path.join(modules, "demo"), { recursive: true });
  await mkdir(path.join(folder, "path"), { recursive: true });
  await writeFile(path.join(modules, "demo", "go.mod"), "module demo\n");
  const go = await fakeGo(folder);
  return {
    root,
    modules,
    platform: { os: "linux", arch: "amd64" },
    pins,
    ways: new Set(allWays),
    search: new PathSearch(root, path.join(folder, "path")),
    downloader: new Downloader({ pauseMs: 1 }),
    lock: new ChecksumLock(path.join(folder, "checksums.lock.json")),
    findGo: () => Promise.resolve(go),
    progress: () => undefined,
    fresh: new Set(),
    ...changes,
  };
}

/** Notes how it was called in `go-calls`, and writes a program to the argument after -o. */
async function fakeGo(folder: string): Promise<string> {
  return script(
    path.join(folder, "go"),
    `echo "CGO_ENABLED=$CGO_ENABLED GOFLAGS=$GOFLAGS $(cat go.mod) $*" >> ${folder}/go-calls`,
    'while [ "$1" != -o ]; do shift; done',
    'printf \'#!/bin/sh\\necho "demo 1.2.3"\\n\' > "$2"',
    'chmod +x "$2"',
  );
}

/** All that is in a folder of installs, without lock files. */
export async function entries(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name !== ".lock").sort();
}
