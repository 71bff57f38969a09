import { priceTableSchema } from "../cost/prices.ts";
import type { PriceList } from "../cost/prices.ts";
import type { Surroundings } from "./parse.ts";
import { resolvePath } from "./paths.ts";
import type { ParsedSettings } from "./schema.ts";

/** The lists that the setting `prices` amounts to, or what is wrong with the file that it names. */
export function priceLists(
  prices: ParsedSettings["prices"],
  env: Pick<Surroundings, "stack" | "region" | "homeDir" | "projectDir" | "readFile">,
): { readonly lists: PriceList[]; readonly problem?: string } {
  if (typeof prices !== "string") {
    const source = `the setting prices of stack ${env.stack}`;
    const isEmpty = Object.keys(prices).length === 0;
    return { lists: isEmpty ? [] : [{ source, date: null, region: env.region ?? "", prices }] };
  }
  const text = env.readFile(resolvePath(prices, env));
  if (text === undefined) return { lists: [], problem: "cannot be read" };
  const table = priceTableSchema.safeParse(parseJson(text));
  if (table.success) return { lists: table.data.lists };
  const { path = [], message = "" } = table.error.issues[0] ?? {};
  return { lists: [], problem: `is not a price table: ${path.length === 0 ? "" : `${path.join(".")}: `}${message}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
