import { createHash } from "node:crypto";
import { homedir } from "node:os";
import path from "node:path";
import { platformName } from "./platform.ts";
import type { Platform } from "./platform.ts";

/** The folder `tools/` of this checkout. */
export const toolsSource = import.meta.dirname;

/**
 * Where installed tools are kept, outside of the work tree and shared by clones: `$REHEARSAL_TOOLS_DIR`, else
 * `$XDG_CACHE_HOME/kops-upgrade-rehearsal`, else `~/.cache/kops-upgrade-rehearsal`.
 */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  if (env.REHEARSAL_TOOLS_DIR) return path.resolve(env.REHEARSAL_TOOLS_DIR);
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "kops-upgrade-rehearsal");
}

/** The folder of one installed version: `<root>/tools/<name>/<version>-<os>-<arch>`. */
export function installFolder(root: string, name: string, version: string, platform: Platform): string {
  return path.join(root, "tools", name, `${version}-${platformName(platform)}`);
}

/** A short name for a content. */
export function contentHash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
