// Starts a plugin from its TypeScript sources. Every preview starts four of them, so they are compiled once and kept
// in node_modules/.cache until a source changes: a compiled plugin starts in half the time.
import { createHash } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const plugins = fileURLToPath(new URL("..", import.meta.url));
const project = path.join(plugins, "..", "..");
const cache = path.join(project, "node_modules", ".cache", "lab-plugins");

/** Changes whenever a source or an installed package does. */
async function fingerprint() {
  const names = await readdir(plugins, { recursive: true });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => path.join(plugins, name));
  files.push(path.join(project, "package-lock.json"), fileURLToPath(import.meta.url));
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    const { mtimeMs, size } = await stat(file);
    hash.update(`${file}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

async function exists(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Compiles to a folder of its own first, so that two starts at once do not meet. */
async function compile(name, target) {
  const { build } = await import("esbuild");
  const temporary = `${target}.${process.pid}.tmp`;
  await build({
    entryPoints: { main: path.join(plugins, name, "main.ts") },
    outdir: temporary,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What only some calls need stays in files of its own, which are loaded when needed.
    splitting: true,
    // The ES modules of the AWS SDK lose what is not used: they load in a sixth of the time.
    mainFields: ["module", "main"],
    // Packages in CommonJS call require, which a module does not have.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    minifySyntax: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
  await rename(temporary, target).catch(async (error) => {
    await rm(temporary, { recursive: true, force: true });
    // Another start was first.
    if (!(await exists(target))) throw error;
  });
  for (const entry of await readdir(cache)) {
    const outdated = entry.startsWith(`${name}-`) && entry !== path.basename(target) && !entry.endsWith(".tmp");
    if (outdated) await rm(path.join(cache, entry), { recursive: true, force: true });
  }
}

/** Runs `<name>/main.ts`. */
export async function launch(name) {
  const target = path.join(cache, `${name}-${await fingerprint()}`);
  if (!(await exists(target))) await compile(name, target);
  await import(pathToFileURL(path.join(target, "main.mjs")).href);
}
