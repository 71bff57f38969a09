import type { Verdict } from "../analysis/verdict-schema.ts";
import { count, minutesText, span } from "../analysis/words.ts";
import { median } from "../analysis/statistics.ts";
import { sourcesOf, unknownText, usdText } from "../cost/words.ts";

/** `1.43 USD for 1h24m at 1.02 USD an hour`; what is unknown is said. */
export function costText({ cost }: Verdict): string {
  if (cost === undefined) return "not reckoned";
  if (cost.unknown === cost.lines.length) return `unknown: no price for ${cost.region} is known`;
  const time = span(Math.round(cost.hours * 3_600_000));
  return `${usdText(cost.usd)} for ${time} at ${usdText(cost.usdPerHour)} an hour${unknownText(cost.unknown)}`;
}

/** Where the prices are from, each once. */
export const costSources = ({ cost }: Verdict): string[] => (cost === undefined ? [] : sourcesOf(cost));

export interface CostRow {
  readonly what: string;
  readonly item: string;
  readonly quantity: string;
  readonly perHour: string;
  readonly usd: string;
}

export function costRows({ cost }: Verdict): CostRow[] {
  return (cost?.lines ?? []).map(({ what, item, quantity, usdPerHour, usd, source }) => ({
    what,
    item,
    quantity: String(quantity),
    perHour: usdPerHour === null ? "unknown" : usdText(usdPerHour),
    usd: usd === null ? source : usdText(usd),
  }));
}

/** What each node took in parts, and what that comes to for production; empty when nothing was measured. */
export function perNodeText({ schedule: { perNode, expected, nodes } }: Verdict): string {
  if (perNode === undefined || perNode.turns.length === 0) return "";
  const { turns, bootSeconds } = perNode;
  const seconds = (of: (turn: (typeof turns)[number]) => number): string => {
    const values = turns.map(of);
    return `${span(median(values) * 1000)} (${span(Math.min(...values) * 1000)} to ${span(Math.max(...values) * 1000)})`;
  };
  const boot =
    bootSeconds === null
      ? ""
      : ` New nodes were ready ${span(bootSeconds.median * 1000)} (${span(bootSeconds.low * 1000)} to ${span(bootSeconds.high * 1000)}) after the instance that they came for had left its group.`;
  const total = expected
    ? ` ${count(nodes, "such turn")} take ${minutesText(expected.minutes)}, 95 % from ${minutesText(expected.low)} to ${minutesText(expected.high)} (by drawing from the ${count(turns.length, "turn")} of the rehearsal).`
    : ` ${turns.length === 1 ? "1 turn is" : `${turns.length} turns are`} too few to reckon with how much turns vary.`;
  return `Half of the nodes drained within ${seconds((turn) => turn.drain)} and were replaced within ${seconds((turn) => turn.replace)}, interval and validation included.${boot}${total}`;
}
