import { contains, formatCidr, overlaps, parseCidr } from "../kops/cidr.ts";
import type { Cidr } from "../kops/cidr.ts";

/** Translates addresses of production's network to the mirror's. */
export interface AddressMap {
  /** Production's ranges, the network's own first. */
  readonly from: readonly Cidr[];
  readonly to: Cidr;
  /** Ranges that have a counterpart of their own: production's to the mirror's. */
  readonly exact: ReadonlyMap<string, string>;
}

const address = /(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(\/\d{1,2})?(?![\d.]*\d)/g;

/** Every address and range of production's network in a text becomes the one at the same place in the mirror's. */
export function translateAddresses(text: string, map: AddressMap): string {
  return text.replace(address, (whole: string, host: string, prefix: string | undefined) => {
    const exact = map.exact.get(whole);
    if (exact !== undefined) return exact;
    const single = parseCidr(`${host}/32`);
    if (!single) return whole;
    const range = prefix === undefined ? single : parseCidr(whole);
    // A range that reaches beyond production's network, such as 10.0.0.0/8, is none of its own.
    const home = map.from.find((network) => contains(network, range ?? single));
    if (!home) return whole;
    const moved = move(range ?? single, home, map.to);
    return prefix === undefined ? formatCidr(moved).replace("/32", "") : formatCidr(moved);
  });
}

function move(range: Cidr, home: Cidr, to: Cidr): Cidr {
  const prefix = Math.max(range.prefix, to.prefix);
  const size = 2 ** (32 - prefix);
  const offset = (range.first - home.first) % 2 ** (32 - to.prefix);
  return { first: to.first + Math.floor(offset / size) * size, prefix };
}

/** Whether a range is apart from all others; ranges that are none are left out. */
export function apart(range: Cidr, others: readonly string[]): boolean {
  return others.every((other) => {
    const parsed = parseCidr(other);
    return !parsed || !overlaps(range, parsed);
  });
}
