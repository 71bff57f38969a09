import { parseCidr } from "../../kops/cidr.ts";
import { deriveMirror } from "../../mirror/derive.ts";
import type { Field, Mirror } from "../../mirror/derive.ts";
import { identityProblems, problemText } from "../../mirror/identity-check.ts";
import type { Production } from "../../mirror/production.ts";
import type { MirrorSettings } from "../../mirror/settings.ts";
import { showPath } from "../../mirror/path.ts";
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
  if (parseCidr(options.cidr) === undefined)
    problems.unshift(`--cidr ${options.cidr} is not an IPv4 CIDR such as 10.99.0.0/16.`);
  if (problems.length > 0)
    throw new UsageError("No mirror can be made like this.", {
      details: problems,
      next: "rehearsal mirror --help shows the options",
    });
  return deriveMirror(production, settings);
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
    dnsZone: zone,
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
