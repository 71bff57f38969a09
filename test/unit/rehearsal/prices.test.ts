import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { pricesText, refreshPrices } from "../../../rehearsal/commands/prices.ts";
import { readPriceTable } from "../../../rehearsal/price-table.ts";

const dir = mkdtempSync(join(tmpdir(), "prices-"));
const file = join(dir, "prices.json");
const old = { source: "an old table", date: "2020-01-01", region: "eu-west-1", prices: { "nat-gateway": 9 } };
const before = { ...process.env };

interface Question {
  readonly ServiceCode: string;
  readonly Filters: readonly { readonly Field: string; readonly Value: string }[];
  readonly NextToken?: string;
}

/** Answers as the AWS Price List Query API does, a page at a time. */
let answer: (question: Question) => { status?: number; body: object };
const asked: Question[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      const question = JSON.parse(text) as Question;
      asked.push(question);
      const { status = 200, body } = answer(question);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_PRICING: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
});

afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});

beforeEach(() => {
  asked.length = 0;
  writeFileSync(file, JSON.stringify({ version: 1, lists: [old] }));
});

const natGateway = JSON.stringify({
  product: { productFamily: "NAT Gateway", attributes: { usagetype: "EU-NatGateway-Hours" } },
  terms: { OnDemand: { a: { priceDimensions: { b: { unit: "Hrs", pricePerUnit: { USD: "0.048" } } } } } },
  publicationDate: "2026-11-02T00:00:00Z",
});

test("all pages of the region are read, and the list goes behind the older ones", async () => {
  answer = ({ Filters, NextToken }) =>
    !Filters.some(({ Value }) => Value === "NAT Gateway")
      ? { body: { PriceList: [] } }
      : NextToken === undefined
        ? { body: { PriceList: [], NextToken: "more" } }
        : { body: { PriceList: [natGateway] } };
  const table = await refreshPrices("eu-west-1", file);
  expect(table.lists).toMatchObject([old, { date: "2026-11-02", prices: { "nat-gateway": 0.048 } }]);
  expect(readPriceTable(file)).toEqual(table);
  expect(asked.every(({ Filters }) => Filters.some(({ Value }) => Value === "eu-west-1" || Value === "more"))).toBe(
    true,
  );
  expect(pricesText(table)).toMatch(/eu-west-1 {2}2026-11-02 +1 price +AWS Price List Query API/);
});

test("a refused question leaves the table as it is, and says so", async () => {
  answer = () => ({ status: 400, body: { __type: "AccessDeniedException", message: "not allowed" } });
  await expect(refreshPrices("eu-west-1", file)).rejects.toThrow(
    /could not be refreshed[^]*not allowed[^]*keeps those of 2020-01-01[^]*pricing:GetProducts/,
  );
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ version: 1, lists: [old] });
});

test("answers without a price leave the table as it is", async () => {
  answer = () => ({ body: { PriceList: [] } });
  await expect(refreshPrices("xx-west-1", file)).rejects.toThrow(/no price of xx-west-1[^]*has none of this region/);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ version: 1, lists: [old] });
});
