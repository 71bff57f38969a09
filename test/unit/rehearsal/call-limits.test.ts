import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { EC2Client, DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "@jest/globals";
import { callLimits } from "../../../rehearsal/call-limits.ts";

test("a call that AWS takes and never answers ends at its limit", async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const client = new EC2Client({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 2,
    requestHandler: callLimits(50),
  });
  try {
    await expect(client.send(new DescribeInstancesCommand({}))).rejects.toMatchObject({ name: "TimeoutError" });
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
});

test("no client of AWS is made without a limit for its calls", () => {
  const root = new URL("../../../rehearsal/", import.meta.url).pathname;
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const sources = files.map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));
  const withClients = sources.filter(({ text }) => /new [A-Z]\w*Client\(/.test(text));
  expect(withClients.length).toBeGreaterThan(10);
  const unlimited = withClients.filter(
    ({ text }) => !/abortSignal|AbortSignal|callLimits|throwOnRequestTimeout: true/.test(text),
  );
  expect(unlimited.map(({ name }) => name)).toEqual([]);
  // The SDK only warns at `requestTimeout` unless it is told to throw.
  const onlyWarned = sources.filter(
    ({ text }) => /requestTimeout:/.test(text) && !/throwOnRequestTimeout: true/.test(text),
  );
  expect(onlyWarned.map(({ name }) => name)).toEqual([]);
});
