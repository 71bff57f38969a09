import { GetProductsCommand, PricingClient } from "@aws-sdk/client-pricing";
import { priceQueries, readPriceList } from "../../cost/price-list.ts";
import type { PriceQuery } from "../../cost/price-list.ts";
import { withList } from "../../cost/prices.ts";
import type { PriceList, PriceTable } from "../../cost/prices.ts";
import { messageOf, RehearsalError } from "../errors.ts";
import { readPriceTable, writePriceTable } from "../price-table.ts";

/** The API has few regions, and each of them knows the prices of all. */
const apiRegion = "us-east-1";
const requestMs = 20_000;

/**
 * Asks AWS for a region's prices and writes them into the table. When that fails, the table stays as it is.
 *
 * @throws RehearsalError that says so
 */
export async function refreshPrices(region: string, file?: string): Promise<PriceTable> {
  const table = readPriceTable(file);
  let fresh: PriceList;
  try {
    fresh = readPriceList(region, await askAws(region));
  } catch (cause) {
    const dates = table.lists.filter((list) => list.region === region).map(({ date }) => date);
    throw new RehearsalError(`The prices of ${region} could not be refreshed.`, {
      details: [
        messageOf(cause).split("\n")[0] ?? "",
        dates.length === 0 ? "The table has none of this region." : `The table keeps those of ${dates.join(", ")}.`,
      ],
      next: "it needs credentials with the permission pricing:GetProducts; or set `prices` in the stack's settings",
      cause,
    });
  }
  const refreshed = withList(table, fresh);
  await writePriceTable(refreshed, file);
  return refreshed;
}

async function askAws(region: string): Promise<string[]> {
  const client = new PricingClient({ region: apiRegion, maxAttempts: 3 });
  try {
    const answers: string[] = [];
    for (const query of priceQueries(region)) answers.push(...(await allPages(client, query)));
    return answers;
  } finally {
    client.destroy();
  }
}

async function allPages(client: PricingClient, { serviceCode, filters }: PriceQuery): Promise<string[]> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const command = new GetProductsCommand({
      ServiceCode: serviceCode,
      Filters: Object.entries(filters).map(([Field, Value]) => ({ Type: "TERM_MATCH" as const, Field, Value })),
      NextToken: token,
    });
    const page = await client.send(command, { abortSignal: AbortSignal.timeout(requestMs) });
    found.push(...((page.PriceList ?? []) as readonly unknown[]).map(String));
    token = page.NextToken;
  } while (token !== undefined && token !== "");
  return found;
}

/** Where the table's prices are from: region, date, how many, source. */
export function pricesText({ lists }: PriceTable): string {
  return lists
    .map(({ region, date, prices, source }) => {
      const count = Object.keys(prices).length;
      return `${region}  ${date ?? "-"}  ${String(count).padStart(5)} ${count === 1 ? "price " : "prices"}  ${source}\n`;
    })
    .join("");
}
