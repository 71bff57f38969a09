import { readFile } from "node:fs/promises";
import path from "node:path";
import { isSystemError } from "../provider/system-error.ts";

export interface Dependency {
  readonly name: string;
  readonly version: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: { readonly resource?: boolean; readonly name?: string; readonly version?: string };
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Manifest;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Node's own search: `node_modules` of the folder, then of its parents. */
async function findManifest(directory: string, name: string): Promise<Manifest | undefined> {
  const found = await readManifest(path.join(directory, "node_modules", name, "package.json"));
  const parent = path.dirname(directory);
  return found ?? (parent === directory ? undefined : findManifest(parent, name));
}

async function directManifests(directory: string): Promise<Manifest[]> {
  const own = await readManifest(path.join(directory, "package.json"));
  const names = Object.keys({ ...own?.devDependencies, ...own?.dependencies });
  const manifests = await Promise.all(names.map((name) => findManifest(directory, name)));
  return manifests.filter((manifest) => manifest !== undefined);
}

/** The packages that the program depends on itself, with the versions that are installed. */
export async function installedDependencies(directory: string): Promise<Dependency[]> {
  const manifests = await directManifests(directory);
  return manifests.map(({ name = "", version = "" }) => ({ name, version }));
}

/**
 * The resource plugins that the program's own dependencies name. The official host searches all of `node_modules`,
 * which takes seconds; a plugin that only a dependency of a dependency uses is not found here.
 */
export async function requiredPlugins(directory: string): Promise<Dependency[]> {
  const manifests = await directManifests(directory);
  return manifests
    .filter((manifest) => manifest.pulumi?.resource === true)
    .map(({ name = "", version = "", pulumi }) => ({
      name: pulumi?.name ?? name.replace(/^@pulumi\//, ""),
      version: `v${(pulumi?.version ?? version).replace(/^v/, "")}`,
    }));
}
