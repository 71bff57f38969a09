import path from "node:path";
import { pathToFileURL } from "node:url";

/** kops reads a channel by name or URL; the path of a file in the project becomes an absolute `file://` URL. */
export function resolveChannel(channel: string, projectDir: string): string {
  const isFile = !channel.includes("://") && /[/.]/.test(channel);
  return isFile ? pathToFileURL(path.resolve(projectDir, channel)).href : channel;
}

/** `~` is the home directory, everything else is relative to the project. */
export function resolvePath(file: string, env: { readonly homeDir: string; readonly projectDir: string }): string {
  return path.resolve(env.projectDir, file.replace(/^~(?=\/|$)/, env.homeDir));
}
