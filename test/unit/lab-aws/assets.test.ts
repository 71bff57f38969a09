import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startAssets, type AssetServer } from "../../../lab/aws/assets.ts";

let assets: AssetServer;
beforeAll(async () => {
  assets = await startAssets();
});
afterAll(() => assets.stop());
const get = (path: string, method = "GET"): Promise<Response> =>
  fetch(assets.url + path, { method, signal: AbortSignal.timeout(60_000) });

test("every file has the checksum that is served beside it", async () => {
  const file = Buffer.from(await (await get("/kops/linux/amd64/nodeup")).arrayBuffer());
  const checksum = await (await get("/kops/linux/amd64/nodeup.sha256")).text();
  expect(checksum.trim()).toBe(createHash("sha256").update(file).digest("hex"));
});

test("a query does not make another file of it", async () => {
  expect(await (await get("/a.sha256?b")).text()).toBe(await (await get("/a.sha256")).text());
});

test("HEAD tells the length and sends nothing", async () => {
  const response = await get("/nodeup", "HEAD");
  expect(Number(response.headers.get("content-length"))).toBeGreaterThan(0);
  expect(await response.text()).toBe("");
});

test("it listens on loopback only, and no more when it is stopped", async () => {
  const other = await startAssets();
  expect(other.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(other.url).not.toBe(assets.url);
  await other.stop();
  await expect(fetch(other.url, { signal: AbortSignal.timeout(60_000) })).rejects.toThrow("fetch failed");
});
