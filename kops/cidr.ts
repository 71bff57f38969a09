/** An IPv4 range: its first address as a number, and the length of its prefix. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

/**
 * Reads an IPv4 CIDR such as `10.0.0.0/16`; undefined when it is none.
 * Host bits must be zero, as AWS and kops demand.
 */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % size(prefix) === 0 ? { first, prefix } : undefined;
}

export function formatCidr({ first, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + size(b.prefix) && b.first < a.first + size(a.prefix);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

/** One range for each of `count` subnets, as kops assigns them: the network is cut into 1, 2, 4 or 8 parts. */
export function splitForSubnets(network: Cidr, count: number): Cidr[] {
  const bits = subnetBits(count);
  const prefix = network.prefix + bits;
  return Array.from({ length: count }, (_, i) => ({ first: network.first + i * size(prefix), prefix }));
}

/** How much longer the prefix of a subnet is than its network's when a network is cut for `count` subnets. */
export function subnetBits(count: number): number {
  return count <= 1 ? 0 : count <= 2 ? 1 : count <= 4 ? 2 : 3;
}

function size(prefix: number): number {
  return 2 ** (32 - prefix);
}
