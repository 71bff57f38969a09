/** The shortest prefixes of networks that somebody can own: nobody has more than a /8, or (IPv6) a /16. */
const shortest = { ipv4: 8, ipv6: 16 };

/** Whether a network (CIDR, or the id of a prefix list) is more than anybody can own, such as 0.0.0.0/0. */
export function isEverywhere(network: string): boolean {
  const prefix = Number(/\/(\d+)$/.exec(network)?.[1] ?? Infinity);
  return prefix < (network.includes(":") ? shortest.ipv6 : shortest.ipv4);
}
