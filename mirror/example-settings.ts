import { overlaps, parseCidr } from "../kops/cidr.ts";
import { identifiersOf } from "./identifiers.ts";
import { nameOf } from "./production.ts";
import type { Production } from "./production.ts";
import type { MirrorSettings } from "./settings.ts";

/** A mirror like any other, to see what becomes of production's fields; nothing is made of it. */
export function example(production: Production): MirrorSettings {
  const gossip = nameOf(production.cluster).endsWith(".k8s.local");
  const { networks } = identifiersOf(production);
  const free = ["172.20.0.0/16", "10.99.0.0/16", "192.168.0.0/16"].find((cidr) => {
    const range = parseCidr(cidr);
    return range && !networks.some((network) => overlaps(network, range));
  });
  return {
    name: gossip ? "mirror-example.k8s.local" : "mirror.rehearsal.invalid",
    stateStore: "s3://rehearsal-invalid-state-store",
    network: { cidr: free ?? "172.20.0.0/16" },
    dnsZone: gossip ? undefined : "rehearsal.invalid",
  };
}
