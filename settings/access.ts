import { Address6 } from "ip-address";
import { parseCidr } from "../kops/cidr.ts";
import { isEverywhere } from "../preflight/access.ts";
import type { Problem } from "./problems.ts";
import type { ParsedSettings } from "./schema.ts";

/** Whom the mirror's API server and instances answer. AWS also takes the id of a prefix list in place of a network. */
export function accessProblems({ adminAccess, sshAccess }: Readonly<Partial<ParsedSettings>>): Problem[] {
  const networks = Object.entries({ adminAccess, sshAccess }).flatMap(([name, list]) =>
    (list ?? []).map((network): [string, string] => [name, network]),
  );
  const unreadable = networks
    .filter(([, network]) => !isNetwork(network))
    .map(([name, network]) => ({ path: [name], value: network, what: "is no CIDR with its host bits zero" }));
  // Instances hold the cluster's keys, and a rehearsal needs no shell on them.
  const open = networks
    .filter(([name, network]) => name === "sshAccess" && isNetwork(network) && isEverywhere(network))
    .map(([name, network]) => ({ path: [name], value: network, what: "lets the whole internet at the instances" }));
  return [...unreadable, ...open];
}

function isNetwork(text: string): boolean {
  if (/^pl-[0-9a-f]+$/.test(text) || parseCidr(text) !== undefined) return true;
  if (!text.includes("/") || !Address6.isValid(text)) return false;
  const network = new Address6(text);
  return network.startAddress().bigInt() === network.bigInt();
}
