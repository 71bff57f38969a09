import { mkdir, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { exists, isErrno } from "./files.ts";
import { contentHash } from "./paths.ts";

/**
 * A folder with a link to each tool, for putting in front of PATH. Its name comes from the links, so it never changes.
 *
 * @param paths absolute paths by name
 */
export async function binFolder(root: string, paths: Readonly<Record<string, string>>): Promise<string> {
  const entries = Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1));
  const folder = path.join(root, "bin", contentHash(JSON.stringify(entries)));
  if (await exists(folder)) return folder;
  await mkdir(path.dirname(folder), { recursive: true });
  const temporary = await mkdtemp(`${folder}.new-`);
  try {
    for (const [name, target] of entries) await symlink(target, path.join(temporary, name));
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process made the same one meanwhile.
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
  return folder;
}
