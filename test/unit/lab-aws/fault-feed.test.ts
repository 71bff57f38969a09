import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { feedFaults } from "../../../lab/aws/fault-feed.ts";
import { Faults } from "../../../lab/faults.ts";

let server: Server;
let url: string;
let told: { kind: string; target?: string }[][];
let status: number;
beforeEach(async () => {
  told = [];
  status = 200;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      told.push(JSON.parse(Buffer.concat(chunks).toString()) as (typeof told)[number]);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
});

test("the emulator knows the AWS faults in force at every moment, and no others", async () => {
  const faults = new Faults();
  faults.add("aws-deny", { target: "iam:*" });
  const feed = feedFaults({ faults, log: () => undefined }, url);
  await feed.settled();
  expect(told.at(-1)).toMatchObject([{ kind: "aws-deny", target: "iam:*" }]);
  faults.add("api-errors");
  faults.add("aws-throttle", { target: "ec2:RunInstances" });
  await feed.settled();
  expect(told.at(-1)).toMatchObject([
    { kind: "aws-deny", target: "iam:*" },
    { kind: "aws-throttle", target: "ec2:RunInstances" },
  ]);
  faults.clear();
  await feed.settled();
  expect(told.at(-1)).toEqual([]);
});

test("nothing is sent after the end", async () => {
  const faults = new Faults();
  const feed = feedFaults({ faults, log: () => undefined }, url);
  await feed.stop();
  const before = told.length;
  faults.add("aws-deny");
  await feed.settled();
  expect(told).toHaveLength(before);
});

test("an emulator that does not take them is tried again, and then the lab's log says so", async () => {
  status = 500;
  const lines: string[] = [];
  const feed = feedFaults(
    { faults: new Faults(), log: (part, message) => void lines.push(`${part}: ${message}`) },
    url,
  );
  await feed.settled();
  expect(told.length).toBeGreaterThan(1);
  expect(lines).toEqual([expect.stringContaining("aws: faults could not be changed")]);
});
