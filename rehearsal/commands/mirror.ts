import type { z } from "zod";
import { parseCidr } from "../../kops/cidr.ts";
import { deriveMirror } from "../../mirror/derive.ts";
import type { Field, Mirror } from "../../mirror/derive.ts";
import { identityProblems, problemText } from "../../mirror/identity-check.ts";
import type { Production } from "../../mirror/production.ts";
import type { MirrorSettings } from "../../mirror/settings.ts";
import { showPath } from "../../mirror/path.ts";
import { accessProblems } from "../../settings/access.ts";
import { settingShapes } from "../../settings/schema.ts";
import { UsageError } from "../errors.ts";
import { manifestsYaml } from "../manifests.ts";

/** Options of `rehearsal mirror` that say what the mirror does not take from production. */
export interface MirrorOptions {
  readonly name: string;
  readonly zone?: string;
  readonly state?: string;
  readonly vpc?: string;
  readonly cidr: string;
  readonly scale: number;
  readonly minimum: number;
  readonly tag: readonly string[];
  readonly access: readonly string[];
  readonly discoveryStore?: string;
}

/** The mirror that the options describe. @throws UsageError with every reason why it cannot be */
export function mirrorOf(production: Production, options: MirrorOptions): Mirror {
  const settings = mirrorSettings(options);
  const problems = identityProblems(production, settings).map((it) =>
    problemText({ ...it, setting: optionOf[it.setting] ?? it.setting }),
  );
  problems.unshift(...formProblems(options));
  if (problems.length > 0) throw impossible(problems);
  try {
    return deriveMirror(production, settings);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw impossible([`--cidr: ${error.message}`]);
  }
}

const impossible = (details: string[]): UsageError =>
  new UsageError("No mirror can be made like this.", { details, next: "rehearsal mirror --help shows the options" });

/** What is wrong with the options themselves, as with the settings that they stand for. */
function formProblems({ name, state, cidr, scale, minimum, tag, access, discoveryStore }: MirrorOptions): string[] {
  const { clusterName, discoveryStore: url, production } = settingShapes;
  const { scale: factor, minimum: least } = production.shape;
  const fits = (shape: z.ZodType, value: unknown): boolean => shape.safeParse(value).success;
  const found: [ok: boolean, problem: string][] = [
    [fits(clusterName, name), `--name: ${name} is not a DNS name in lower case`],
    [fits(url, state), `--state: ${state} is not of the form s3://bucket`],
    [fits(url, discoveryStore), `--discovery-store: ${discoveryStore} is not of the form s3://bucket/path`],
    [parseCidr(cidr) !== undefined, `--cidr: ${cidr} is not an IPv4 CIDR such as 10.99.0.0/16`],
    [fits(factor, scale), `--scale: ${scale} is not above 0 and at most 1`],
    [fits(least, minimum), `--minimum: ${minimum} is not a whole number of at least 1`],
    ...tag.map((pair): [boolean, string] => [/^[^=]+=/.test(pair), `--tag: ${pair} is not of the form name=value`]),
    ...accessProblems({ adminAccess: [...access] }).map(({ value, what }): [boolean, string] => [
      false,
      `--access: ${String(value)} ${what}`,
    ]),
  ];
  return found.filter(([ok]) => !ok).map(([, problem]) => problem);
}

/** The options that stand for settings. */
const optionOf: Readonly<Record<string, string>> = {
  clusterName: "--name",
  stateStore: "--state",
  "dns.zone": "--zone",
  "network.id": "--vpc",
  "network.cidr": "--cidr",
  tags: "--tag",
};

export function mirrorSettings(options: MirrorOptions): MirrorSettings {
  const { name, zone, state, vpc, cidr, scale, minimum, tag, access, discoveryStore } = options;
  return {
    name,
    // kops wants one in the manifests; nothing is read or written there to print them.
    stateStore: state ?? `s3://${name.replaceAll(".", "-")}-state-store`,
    network: { id: vpc, cidr },
    // The name alone makes kops use gossip.
    dnsZone: name.endsWith(".k8s.local") ? undefined : zone,
    scale,
    minimum,
    tags: Object.fromEntries(tag.map((pair) => [pair.split("=")[0] ?? "", pair.split("=").slice(1).join("=")])),
    adminAccess: access,
    sshAccess: access,
    discoveryStore,
  };
}

/** The manifests as `kops replace -f` takes them, and what to know about them (for standard error). */
export function mirrorText(mirror: Mirror): { manifests: string; notes: string } {
  const noteworthy = mirror.fields.filter((field) => field.class === "notMirrored" || !field.known);
  return { manifests: manifestsYaml(mirror.manifests), notes: noteworthy.map(note).join("") };
}

const note = (field: Field): string =>
  `${field.known ? "not mirrored" : "unknown"}: ${field.object} ${showPath(field.path)}: ${field.why}\n`;
