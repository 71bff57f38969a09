import { formatCidr, parseCidr } from "../kops/cidr.ts";
import { translateAddresses } from "./addresses.ts";
import type { AddressMap } from "./addresses.ts";
import { withoutCredentials } from "./credentials.ts";
import type { Identifiers } from "./identifiers.ts";
import { inertArn, inertId, inertName, inertUuid, nobodysAccount } from "./inert.ts";
import type { MirrorSettings } from "./settings.ts";

/** One kind of identifier that free text (scripts, files, flags) may name, and what comes in its place. */
interface Replacement {
  readonly what: string;
  readonly apply: (text: string) => string;
}

/** A text without identifiers of production, and what kinds were in it. */
export interface Rewritten {
  readonly text: string;
  readonly found: readonly string[];
}
export type Rewrite = (text: string) => Rewritten;

const resourceId =
  /(?<![\w-])(?:vpc|subnet|sg|sgr|igw|eigw|nat|eni|rtb|acl|vpce|pcx|tgw|tgw-attach|vgw|cgw|eipalloc|eipassoc|dopt|pl|lt|i|vol|snap|fs|fsap|fsmt)-[0-9a-f]{8,17}(?![\w-])/g;
const arn = /arn:aws[\w-]*:[\w-]*:[\w-]*:(?:\d{12}|aws)?:[^\s"'`,;)\]}>]+/g;
const zoneId =
  /(?<=(?:[Hh]osted|HOSTED)[ _-]?(?:[Zz]one|ZONE)[^\n]{0,24}?)(?<![A-Za-z0-9])Z[A-Z0-9]{8,31}(?![A-Za-z0-9])/g;
const uuidOfKey = /(?<=(?:kms|key)[^\n]{0,40}?)(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/gi;

/** Where images come from is mirrored as it is: an image is only ever read. */
const imageHost = /\d{12}(?=\.dkr\.ecr[\w.-]*\.amazonaws\.com)/g;

export function rewriter(identifiers: Identifiers, mirror: MirrorSettings, addresses: AddressMap): Rewrite {
  const name = identifiers.clusterName;
  const bucket = mirror.stateStore.replace(/^s3:\/\//, "").split("/")[0] ?? "";
  const replacements: Replacement[] = [
    { what: "a credential", apply: withoutCredentials },
    ...identifiers.hostNames
      .filter((host) => !host.endsWith(`.${name}`))
      .map((host) => ({ what: "the name of its API", apply: swap(host, `api.${mirror.name}`) })),
    { what: "the cluster's name", apply: swapPart(name, mirror.name) },
    // kops makes names of load balancers, queues and files of it like this.
    { what: "the cluster's name", apply: swapPart(name.replaceAll(".", "-"), mirror.name.replaceAll(".", "-")) },
    ...identifiers.buckets.map((original) => ({ what: "a bucket of the cluster", apply: swap(original, bucket) })),
    { what: "an ARN", apply: (text) => text.replace(arn, (found) => (isOf(bucket, found) ? found : inertArn(found))) },
    {
      what: "an id of AWS",
      apply: (text) => text.replace(resourceId, (id) => (id === mirror.network.id ? id : inertId(id))),
    },
    { what: "the id of a key", apply: (text) => text.replace(uuidOfKey, inertUuid) },
    {
      what: "the id of a hosted zone",
      apply: (text) => text.replace(zoneId, (id) => (id === mirror.dnsZone ? id : inertName(id))),
    },
    ...identifiers.literals
      .filter((literal) => literal !== mirror.dnsZone)
      .map((literal) => ({ what: "an id or name of the cluster", apply: swap(literal, inertName(literal)) })),
    { what: "an address of the network", apply: (text) => translateAddresses(text, addresses) },
    ...identifiers.accounts.map((account) => ({ what: "the AWS account", apply: withoutAccount(account) })),
  ];
  return (original) => {
    const found = new Set<string>();
    const text = replacements.reduce((before, { what, apply }) => {
      const after = apply(before);
      if (after !== before) found.add(what);
      return after;
    }, original);
    return { text, found: [...found] };
  };
}

/** Whole names only: `prod` is not in `product`, nor in `prod-2`. Part of a longer DNS name it is: `api.prod.example.com`. */
function swap(original: string, replacement: string, inside = "A-Za-z0-9_-"): (text: string) => string {
  const pattern = new RegExp(`(?<![${inside}])${escape(original)}(?![${inside}])`, "g");
  return original === replacement ? (text) => text : (text) => text.replace(pattern, () => replacement);
}

/** A name that is long enough to be nothing else is found in `api-prod-example-com-tkmafs` and `prod.example.com-logs`, too. */
const swapPart = (original: string, replacement: string): ((text: string) => string) =>
  swap(original, replacement, "A-Za-z0-9");

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

function withoutAccount(account: string): (text: string) => string {
  const pattern = new RegExp(`(?<!\\d)${account}(?!\\d)`, "g");
  return (text) => {
    const hosts = [...text.matchAll(imageHost)].map((match) => match.index);
    return text.replace(pattern, (found, index: number) => (hosts.includes(index) ? found : nobodysAccount));
  };
}

function isOf(bucket: string, found: string): boolean {
  return bucket !== "" && new RegExp(`^arn:[\\w-]+:s3:::${escape(bucket)}(/|$)`).test(found);
}

/** The map of addresses from production's network to the mirror's. */
export function addressMap(
  identifiers: Identifiers,
  network: MirrorSettings["network"],
  subnets: readonly (readonly [string, string])[],
): AddressMap {
  const to = parseCidr(network.cidr);
  if (!to) throw new RangeError(`The mirror's network ${network.cidr} is not an IPv4 CIDR such as 10.99.0.0/16.`);
  const whole = identifiers.networks.map((range) => [formatCidr(range), network.cidr] as const).slice(0, 1);
  return { from: identifiers.networks, to, exact: new Map([...whole, ...subnets]) };
}
