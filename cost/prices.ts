import { z } from "zod";

/**
 * What can have a price: `instance/<type>`, `load-balancer/network`, `load-balancer/classic`, `nat-gateway` and
 * `public-ipv4` in USD an hour, `volume/<type>` in USD for a GB and month.
 */
export const priceItem = z
  .string()
  .regex(
    /^(instance\/[a-z0-9-]+\.[a-z0-9-]+|volume\/[a-z0-9]+|load-balancer\/(network|classic)|nat-gateway|public-ipv4)$/,
  );

export const priceEntries = z.record(priceItem, z.number().min(0));

export const priceListSchema = z.strictObject({
  /** Where the prices are from, so that somebody else finds them there. */
  source: z.string().min(1),
  /** When they were true: `2026-07-20`; `null` for what a user sets. */
  date: z.iso.date().nullable(),
  /** AWS region. */
  region: z.string().min(1),
  prices: priceEntries,
});

/** The file `cost/prices.json`, and what the setting `prices` may name. */
export const priceTableSchema = z.strictObject({ version: z.literal(1), lists: z.array(priceListSchema) });

export type PriceList = z.infer<typeof priceListSchema>;
export type PriceTable = z.infer<typeof priceTableSchema>;

export interface Price {
  /** USD an hour; for a volume USD for a GB and month. */
  readonly usd: number;
  readonly source: string;
  readonly date: string | null;
}

/**
 * The price of an item. A later list goes before an earlier one, so that what was refreshed or set by the user counts.
 *
 * @returns undefined when no list has it: an unknown price is never guessed
 */
export function priceOf(lists: readonly PriceList[], region: string, item: string): Price | undefined {
  const list = lists.findLast((one) => one.region === region && one.prices[item] !== undefined);
  return list && { usd: list.prices[item]!, source: list.source, date: list.date };
}

/** The table with a fresh list: it takes the place of older ones of the same source and region. */
export function withList({ lists }: PriceTable, fresh: PriceList): PriceTable {
  const kept = lists.filter(({ source, region }) => source !== fresh.source || region !== fresh.region);
  return { version: 1, lists: [...kept, fresh] };
}
