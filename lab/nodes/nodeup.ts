import { createHash } from "node:crypto";
import { parse } from "yaml";
import { z } from "zod";
import { roleFolder, type BootConfig } from "./bootstrap.ts";
import type { StateStore } from "./state-store.ts";

const withImage = z.object({ image: z.string(), enabled: z.boolean().optional() });

const nodeupConfig = z.object({
  KubernetesVersion: z.string(),
  KubeletConfig: z
    .object({
      nodeLabels: z.record(z.string(), z.string()).optional(),
      taints: z.array(z.string()).optional(),
      maxPods: z.number().optional(),
    })
    .default({}),
  KubeProxy: withImage.nullish(),
  APIServerConfig: z.object({ KubeAPIServer: withImage.nullish() }).nullish(),
  ControlPlaneConfig: z
    .object({ KubeControllerManager: withImage.nullish(), KubeScheduler: withImage.nullish() })
    .nullish(),
  channels: z.array(z.string()).nullish(),
  etcdManifests: z.array(z.string()).nullish(),
  staticManifests: z.array(z.object({ key: z.string(), path: z.string() })).nullish(),
});

/** The part of nodeup's configuration that decides what a node looks like from outside. */
export type NodeupConfig = z.infer<typeof nodeupConfig>;

/** nodeup refuses a configuration that is not the one its launch template was made with. */
export class ConfigMismatch extends Error {}

/** As kops computes it: the file's SHA-256 in base64. */
export const hashOf = (content: string): string => createHash("sha256").update(content).digest("base64");

/**
 * Reads and checks the configuration of an instance as nodeup does (for workers, kops-controller in its place).
 * Throws ConfigMismatch, with nodeup's own words, when the state store holds another one meanwhile.
 */
export async function readNodeupConfig(store: StateStore, configBase: string, boot: BootConfig): Promise<NodeupConfig> {
  const location = `${configBase}/igconfig/${roleFolder(boot.InstanceGroupRole)}/${boot.InstanceGroupName}/nodeupconfig.yaml`;
  const content = await store.read(location);
  if (content === undefined) throw new Error(`error loading NodeupConfig ${JSON.stringify(location)}: no such file`);
  const hash = hashOf(content);
  if (boot.NodeupConfigHash !== "" && hash !== boot.NodeupConfigHash)
    throw new ConfigMismatch(`nodeup config hash mismatch (was "${hash}", expected "${boot.NodeupConfigHash}")`);
  return nodeupConfig.parse(parse(content));
}
