import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { diffInventory, inventory } from "../../../lab/aws/inventory.ts";

const entries = fc.array(fc.stringMatching(/^[a-c]\/[a-c]\/[a-c]$/));

describe("diffInventory", () => {
  test("of the same resources in any order is empty", () => {
    fc.assert(
      fc.property(entries, (before) => {
        expect(diffInventory(before, [...before].reverse())).toEqual({ added: [], removed: [] });
      }),
    );
  });

  test("tells what has to be added and removed to get from one to the other", () => {
    fc.assert(
      fc.property(entries, entries, (before, after) => {
        const { added, removed } = diffInventory(before, after);
        const result = new Set([...before.filter((entry) => !removed.includes(entry)), ...added]);
        expect([...result].sort()).toEqual([...new Set(after)].sort());
        expect(diffInventory(after, before)).toEqual({ added: removed, removed: added });
      }),
    );
  });
});

describe("inventory", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });
  const serve = async (status: number, body: string): Promise<string> => {
    const answering = createServer((_, response) => response.writeHead(status).end(body));
    server = answering;
    await new Promise<void>((resolve) => answering.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(answering.address() as AddressInfo).port}`;
  };

  test("is what the emulator lists", async () => {
    expect(await inventory(await serve(200, '["ec2/vpcs/vpc-1"]'))).toEqual(["ec2/vpcs/vpc-1"]);
  });

  test.each([
    [404, '{"error":"no such control endpoint"}'],
    [200, '{"vpcs":[]}'],
    [200, "[1]"],
  ])("%i with %s is no emulator of a lab", async (status, body) => {
    await expect(inventory(await serve(status, body))).rejects.toThrow(`answered ${status}, expected a list`);
  });
});
