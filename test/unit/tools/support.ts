import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";

/** Removes and stops what a test made. */
export type Cleanup = () => Promise<void>;

export async function temporaryFolder(): Promise<{ folder: string; cleanup: Cleanup }> {
  const folder = await mkdtemp(path.join(tmpdir(), "tools-test-"));
  return { folder, cleanup: () => rm(folder, { recursive: true, force: true }) };
}

/** An executable shell script. */
export async function script(file: string, ...lines: string[]): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, ["#!/bin/sh", ...lines, ""].join("\n"));
  await chmod(file, 0o755);
  return file;
}

/** A gzipped tar archive with `program` at `member` and a file beside it. */
export async function archive(folder: string, member: string, version: string): Promise<Buffer> {
  const source = await mkdtemp(path.join(folder, "archive-"));
  await script(path.join(source, member), `echo "demo ${version}"`);
  await writeFile(path.join(source, path.dirname(member), "LICENSE"), "Apache-2.0\n");
  const file = `${source}.tar.gz`;
  await execa("tar", ["-czf", file, "-C", source, member.split("/")[0] ?? ""]);
  return readFile(file);
}

export function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

type Answer = Buffer | string | ((request: IncomingMessage, response: ServerResponse) => void);

/** An HTTP server on loopback that answers from a table and remembers what it was asked. */
export class TestServer {
  readonly answers = new Map<string, Answer>();
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => {
    const url = request.url ?? "";
    this.requests.push(url);
    const answer = this.answers.get(url);
    if (typeof answer === "function") answer(request, response);
    else if (answer === undefined) response.writeHead(404).end();
    else response.end(answer);
  });

  /** Kept after `stop`, when nobody listens there any more. */
  url = "";

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  asked(url: string): number {
    return this.requests.filter((request) => request === url).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
