import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Downloader, HttpError, NoWayOutError } from "../../../tools/network.ts";
import { sha256, temporaryFolder, TestServer } from "./support.ts";
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

/** A port that nobody listens on. */
async function closedUrl(): Promise<string> {
  const other = await new TestServer().start();
  await other.stop();
  return other.url;
}

test("a file, with its checksum, behind a redirect", async () => {
  server.answers.set("/here", (_request, response) => response.writeHead(302, { location: "/there" }).end());
  server.answers.set("/there", "content");
  const file = path.join(folder, "file");
  expect(await new Downloader().file(`${server.url}/here`, file)).toBe(sha256("content"));
  expect(await readFile(file, "utf8")).toBe("content");
});

test("a server out of reach: no other is tried in this run", async () => {
  const downloader = new Downloader();
  await expect(downloader.text(await closedUrl())).rejects.toThrow(NoWayOutError);
  server.answers.set("/", "reachable");
  await expect(downloader.text(`${server.url}/`)).rejects.toThrow("cannot be reached (ECONNREFUSED)");
  expect(server.requests).toEqual([]);
});

test("a server that never answers is out of reach", async () => {
  server.answers.set("/silent", () => undefined);
  const downloader = new Downloader({ connectMs: 50 });
  await expect(downloader.text(`${server.url}/silent`)).rejects.toThrow("cannot be reached (nothing came for 50 ms)");
});

test("a missing file is not asked for again, and does not mean that there is no way out", async () => {
  const downloader = new Downloader({ pauseMs: 1 });
  await expect(downloader.text(`${server.url}/missing`)).rejects.toThrow("the server answered 404");
  expect(server.asked("/missing")).toBe(1);
  server.answers.set("/there", "content");
  expect(await downloader.text(`${server.url}/there`)).toBe("content");
});

test("a server that stumbles is asked again", async () => {
  server.answers.set("/busy", (_request, response) => {
    if (server.asked("/busy") < 3) response.writeHead(503).end();
    else response.end("content");
  });
  expect(await new Downloader({ pauseMs: 1 }).text(`${server.url}/busy`)).toBe("content");
});

test("a transfer that stalls for good ends with an error after the last attempt", async () => {
  server.answers.set("/stall", (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("some");
  });
  const downloader = new Downloader({ stallMs: 50, attempts: 2, pauseMs: 1 });
  const download = downloader.file(`${server.url}/stall`, path.join(folder, "file"));
  await expect(download).rejects.toThrow(HttpError);
  await expect(download).rejects.toThrow("broke off");
  expect(server.asked("/stall")).toBe(2);
});
