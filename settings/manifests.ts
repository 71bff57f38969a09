import type { Manifest } from "../kops/manifest.ts";
import { mirrorManifests } from "../kops/spec.ts";
import { deriveMirror } from "../mirror/derive.ts";
import { fidelityOf } from "../mirror/fidelity.ts";
import type { Fidelity } from "../mirror/fidelity.ts";
import { withIpv6 } from "../mirror/rules/network.ts";
import { mirrorSettings } from "./mirror-settings.ts";
import type { Settings } from "./parse.ts";

/**
 * The kops manifests of a stack's mirror, at the version that production runs: the Cluster, then its InstanceGroups.
 * Derived from production's own where the settings name a source, else made as the settings say.
 *
 * @param resolved VPC to build in and tags of all of it. Default: those of the settings
 */
export function manifestsOf(
  settings: Settings,
  { networkId = settings.network.id, tags = settings.tags }: Resolved = {},
): Manifest[] {
  const { blueprint, network } = settings;
  const own = { ...settings, network: { ...network, id: networkId }, tags };
  if (blueprint.from === "settings") return mirrorManifests({ ...own, ...blueprint });
  return [...deriveMirror(blueprint.production, mirrorSettings(own)).manifests];
}

interface Resolved {
  readonly networkId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Whether production has IPv6, and with it the mirror. */
export function hasIpv6({ blueprint }: Settings): boolean {
  if (blueprint.from === "settings") return false;
  return withIpv6(blueprint.production.cluster);
}

/** What became of each of production's fields; undefined where nothing is known of production's manifests. */
export function fidelityOfSettings(settings: Settings): Fidelity | undefined {
  const { blueprint, waivers } = settings;
  if (blueprint.from === "settings") return undefined;
  return fidelityOf(deriveMirror(blueprint.production, mirrorSettings(settings)).fields, waivers);
}
