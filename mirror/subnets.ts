import { formatCidr, parseCidr } from "../kops/cidr.ts";
import type { Manifest } from "../kops/manifest.ts";
import { subnetsOf } from "./rules/network.ts";
import type { MirrorSettings } from "./settings.ts";

/** What matters of a subnet for its addresses. */
export interface SubnetShape {
  readonly name: string;
  readonly type: string;
  /** Whether it has IPv4 addresses at all. */
  readonly ipv4: boolean;
}

/** Production's subnets, with the ranges that they have there. */
export function shapesOf(cluster: Manifest): (SubnetShape & { readonly cidr: string })[] {
  return subnetsOf(cluster).map((subnet) => ({
    name: String(subnet["name"]),
    type: String(subnet["type"]),
    ipv4: subnet["cidr"] !== undefined || subnet["ipv6CIDR"] === undefined,
    cidr: String(subnet["cidr"]),
  }));
}

/**
 * A range of the mirror's network for each subnet: those of the settings, else parts of the network. Subnets of load
 * balancers and NAT gateways (`Utility`) share one eighth of it, as kops itself cuts it; the others are given equal parts
 * of the rest.
 *
 * @throws RangeError when the network is too small: AWS wants at least a /28 for each subnet
 */
export function subnetCidrs(subnets: readonly SubnetShape[], network: MirrorSettings["network"]): Map<string, string> {
  const range = parseCidr(network.cidr);
  if (!range) throw new RangeError(`The mirror's network ${network.cidr} is not an IPv4 CIDR such as 10.99.0.0/16.`);
  if (network.subnets !== undefined) return new Map(Object.entries(network.subnets));
  const utility = subnets.filter(({ type, ipv4 }) => type === "Utility" && ipv4);
  // Those without IPv4 have a part each, too, and leave it free: kops 1.35 looks for one before it sees that they need none
  // (upup/pkg/fi/cloudup/subnets.go).
  const instances = subnets.filter(({ type }) => type !== "Utility");
  // One part of eight is left for the utility subnets.
  const parts = Math.max(1, instances.length + (utility.length > 0 ? Math.ceil(instances.length / 7) || 1 : 0));
  const prefix = range.prefix + bits(parts);
  const small = prefix + (utility.length > 0 ? bits(utility.length) : 0);
  const result = new Map<string, string>();
  const at = (index: number, length: number, base = range.first): string =>
    formatCidr({ first: base + index * 2 ** (32 - length), prefix: length });
  const utilityBase = range.first + (2 ** bits(parts) - 1) * 2 ** (32 - prefix);
  instances.forEach(({ name, ipv4 }, i) => ipv4 && result.set(name, at(i, prefix)));
  utility.forEach(({ name }, i) => result.set(name, at(i, small, utilityBase)));
  if (subnets.length > 0 && small > 28)
    throw new RangeError(
      `The mirror's network ${network.cidr} is too small for the ${subnets.length} subnets of production.`,
    );
  return result;
}

const bits = (parts: number): number => Math.ceil(Math.log2(Math.max(1, parts)));
