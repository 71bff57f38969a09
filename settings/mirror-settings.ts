import type { MirrorSettings } from "../mirror/settings.ts";
import type { Settings } from "./parse.ts";

type Given = Pick<Settings, "clusterName" | "stateStore" | "network" | "dns"> &
  Partial<
    Pick<
      Settings,
      "channel" | "production" | "tags" | "adminAccess" | "sshAccess" | "permissionsBoundary" | "discoveryStore"
    >
  >;

const dnsTypes = { new: "Public", existing: "Public", private: "Private", none: "None" } as const;

/** What a stack's mirror does not take from production, as the derivation has it. */
export function mirrorSettings(settings: Given): MirrorSettings {
  const { clusterName, stateStore, network, dns, channel, production, tags } = settings;
  const { adminAccess, sshAccess, permissionsBoundary, discoveryStore } = settings;
  // The name alone makes kops use gossip, whatever the type.
  const gossip = clusterName.endsWith(".k8s.local");
  return {
    name: clusterName,
    stateStore: `s3://${stateStore}`,
    network,
    dnsZone: dns.mode === "none" || gossip ? undefined : dns.zone,
    dnsType: gossip ? undefined : dnsTypes[dns.mode],
    channel,
    scale: production?.scale,
    minimum: production?.minimum,
    tags,
    adminAccess,
    sshAccess,
    permissionsBoundary,
    discoveryStore,
  };
}
