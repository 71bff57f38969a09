import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { z } from "zod";

const bootConfig = z.object({
  ClusterName: z.string().optional(),
  /** Only on instances that read the state store themselves: the control plane. */
  ConfigBase: z.string().optional(),
  InstanceGroupName: z.string(),
  InstanceGroupRole: z.string(),
  NodeupConfigHash: z.string().default(""),
});

/** What kops tells an instance about itself in its user data. */
export type BootConfig = z.infer<typeof bootConfig>;

/**
 * Finds the boot configuration in an instance's user data: a script, alone or as a part of a MIME message, that
 * carries it as a here-document, or gzipped and base64-coded.
 */
export function readBootConfig(userData: string): BootConfig {
  const text = userData.replaceAll("\r\n", "\n");
  const plain = /cat > conf\/kube_env\.yaml << '__EOF_KUBE_ENV'\n([\s\S]*?)\n__EOF_KUBE_ENV/.exec(text)?.[1];
  const packed = /echo "([A-Za-z0-9+/=]+)" \| base64 -d \| gzip -d > conf\/kube_env\.yaml/.exec(text)?.[1];
  const source = plain ?? (packed && gunzipSync(Buffer.from(packed, "base64")).toString("utf8"));
  if (source === undefined) throw new Error("its user data holds no kops bootstrap (conf/kube_env.yaml)");
  return bootConfig.parse(parse(source));
}

/** The folder of a role under `igconfig/` in the state store. */
export function roleFolder(role: string): string {
  const folders: Record<string, string> = { ControlPlane: "control-plane", Master: "control-plane" };
  return folders[role] ?? role.toLowerCase();
}
