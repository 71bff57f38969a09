import type { Cost, CostLine } from "./estimate.ts";

/** `0.58 USD`; small sums keep a digit that is not zero. */
export const usdText = (usd: number): string => `${usd >= 0.1 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(1)} USD`;

/** `nodes: 3 x instance/m5.xlarge, 0.58 USD an hour`; `…, price unknown: …`. */
export const lineText = ({ what, item, quantity, usdPerHour, source }: CostLine): string =>
  `${what}: ${quantity} x ${item}, ${usdPerHour === null ? `price unknown: ${source}` : `${usdText(usdPerHour)} an hour`}`;

/** `1.02 USD an hour`, with what it lacks. */
export function rateText({ usdPerHour, unknown, lines }: Cost): string {
  if (unknown === lines.length && unknown > 0) return "unknown: no price is known";
  return `${usdText(usdPerHour)} an hour${unknownText(unknown)}`;
}

export const unknownText = (unknown: number): string =>
  unknown === 0 ? "" : `, and ${unknown} ${unknown === 1 ? "item" : "items"} of unknown price`;

/** Each source once, in the order of the lines. */
export function sourcesOf({ lines }: Cost): string[] {
  return [...new Set(lines.filter(({ usd }) => usd !== null).map(({ source }) => source))];
}
