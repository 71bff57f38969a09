import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { priceTableSchema } from "../cost/prices.ts";
import type { PriceTable } from "../cost/prices.ts";
import { RehearsalError } from "./errors.ts";
import { writeWhole } from "./files.ts";

/** The table that comes with the project; `npx rehearsal prices --refresh` writes into it. */
export const priceTableFile = fileURLToPath(new URL("../cost/prices.json", import.meta.url));

/** @throws RehearsalError when it is not a price table */
export function readPriceTable(file = priceTableFile): PriceTable {
  try {
    return priceTableSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new RehearsalError(`${file} is not a price table.`, {
      details: [String(cause).split("\n").slice(0, 5).join(" ")],
      next: "git restore cost/prices.json",
      cause,
    });
  }
}

export async function writePriceTable(table: PriceTable, file = priceTableFile): Promise<void> {
  await writeWhole(file, `${JSON.stringify(table, undefined, 2)}\n`);
}
