import type { CostItem } from "./inventory.ts";
import { priceOf } from "./prices.ts";
import type { PriceList } from "./prices.ts";

/** AWS reckons a GB-month as 30 days, see the example of the Amazon EBS pricing page. */
const hoursOfMonth = 720;
/** What AWS charges for each hour that has begun; instances, volumes and addresses go by the second. */
const byFullHour = /^(load-balancer\/|nat-gateway$)/;

/** What no table can tell beforehand, because it depends on use. */
export const notCounted = "data transfer, load balancer capacity units, hosted zones, S3 and requests";

export interface CostLine {
  readonly what: string;
  readonly item: string;
  readonly quantity: number;
  /** USD an hour for all of the quantity; `null` when the price is unknown. */
  readonly usdPerHour: number | null;
  /** USD for the time; `null` when the price is unknown. */
  readonly usd: number | null;
  /** Where the price is from and when it was true; or why it is unknown. */
  readonly source: string;
}

export interface Cost {
  readonly currency: "USD";
  readonly region: string;
  readonly hours: number;
  /** Sum of the lines whose price is known. */
  readonly usd: number;
  readonly usdPerHour: number;
  readonly lines: readonly CostLine[];
  /** Lines without a price: the sum lacks them. */
  readonly unknown: number;
  readonly notCounted: string;
}

/** What the items cost for so many hours. An item without a price has none in the result either. */
export function estimate(items: readonly CostItem[], lists: readonly PriceList[], region: string, hours: number): Cost {
  const lines = items.map((item) => priced(item, lists, region, hours));
  const sum = (of: (line: CostLine) => number | null): number =>
    round(lines.reduce((total, line) => total + (of(line) ?? 0), 0));
  return {
    currency: "USD",
    region,
    hours: round(hours),
    usd: sum(({ usd }) => usd),
    usdPerHour: sum(({ usdPerHour }) => usdPerHour),
    lines,
    unknown: lines.filter(({ usd }) => usd === null).length,
    notCounted,
  };
}

function priced(
  { item, quantity, what, unpriced }: CostItem,
  lists: readonly PriceList[],
  region: string,
  hours: number,
): CostLine {
  const price = unpriced === undefined ? priceOf(lists, region, item) : undefined;
  const line = { what, item, quantity };
  if (price === undefined) {
    return { ...line, usdPerHour: null, usd: null, source: unpriced ?? `no price of ${item} in ${region} is known` };
  }
  const usdPerHour = (quantity * price.usd) / (item.startsWith("volume/") ? hoursOfMonth : 1);
  const billed = byFullHour.test(item) ? Math.ceil(hours) : hours;
  return {
    ...line,
    usdPerHour: round(usdPerHour),
    usd: round(usdPerHour * billed),
    source: price.date === null ? price.source : `${price.source}, ${price.date}`,
  };
}

/** To a hundredth of a cent. */
const round = (value: number): number => Number(value.toFixed(4));
