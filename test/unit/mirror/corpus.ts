import { readdirSync, readFileSync } from "node:fs";
import { parseProduction } from "../../../mirror/production.ts";
import type { Production } from "../../../mirror/production.ts";
import type { MirrorSettings } from "../../../mirror/settings.ts";

const dir = new URL("../../fixtures/clusters/", import.meta.url);

/** A cluster of the corpus, and a mirror for it. */
export interface Sample {
  readonly name: string;
  readonly text: string;
  readonly production: Production;
  readonly settings: MirrorSettings;
}

/** Production clusters of many kinds, written after kops's documentation. */
export function corpus(settings: Partial<MirrorSettings> = {}): Sample[] {
  return readdirSync(dir).map((file) => {
    const name = file.replace(".yaml", "");
    const text = readFileSync(new URL(file, dir), "utf8");
    const gossip = name === "gossip";
    const hasRecords = !gossip && name !== "dns-none";
    return {
      name,
      text,
      production: parseProduction(text),
      settings: {
        name: gossip ? "mirror.k8s.local" : `${name}.rehearsal.example.org`,
        stateStore: "s3://mirror-state",
        network: { cidr: "10.200.0.0/16" },
        dnsZone: hasRecords ? "rehearsal.example.org" : undefined,
        scale: 0.2,
        tags: { Purpose: "rehearsal" },
        adminAccess: ["203.0.113.0/24"],
        sshAccess: ["203.0.113.0/24"],
        discoveryStore: `s3://mirror-discovery/${name}`,
        ...settings,
        dnsType: hasRecords ? settings.dnsType : undefined,
      },
    };
  });
}

/** What of a text is production's alone, found by shape and by where the corpus says it: not by the program's own rules. */
export function identifiersIn(text: string): string[] {
  const octet = /networkCIDR: 10\.(\d+)\./.exec(text)?.[1] ?? "none";
  const shapes = [
    /\b(?:vpc|subnet|sg|nat|i|eni)-0[0-9a-f]{16}\b/g,
    /\b[\w-]+-corp-kops-state\b/g,
    /\b[\w-]+-corp-(?:oidc|elb-logs|statements)\b/g,
    /\b(?:[0-9a-f]{4}){2}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/g,
    /\bZ[0-9A-Z]{20}\b/g,
    new RegExp(`(?<![\\d.])10\\.1?${octet}\\.\\d+\\.\\d+`, "g"),
    /2001:db8:[0-9a-f:]+/g,
    /\b(?:policy|instance-profile|role|targetgroup|secret)\/[\w-]*(?:corp|retail|pay|gov|health)[\w/-]*/g,
    /ghp_\w+|hunter2\w+|Y2k6\w+|4f9a8b7c\w+|gR8kq2\w+|T000AAAA\S*/g,
    /bank-corp-admins|gov-corp-classic|media-prod/g,
    /198\.51\.100\.0/g,
    /\b(?:CostCenter|Owner)\b/g,
  ];
  const clusterName = /^ {2}name: (\S+)/m.exec(text)?.[1] ?? "";
  return [...new Set([clusterName, ...shapes.flatMap((shape) => text.match(shape) ?? [])])];
}
