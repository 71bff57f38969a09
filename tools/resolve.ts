import path from "node:path";
import { buildFromModule } from "./build.ts";
import type { Environment } from "./environment.ts";
import { installOnce, isComplete, programIn, wayOf } from "./install-store.ts";
import type { Installed } from "./install-store.ts";
import { HttpError, NoWayOutError } from "./network.ts";
import { askVersion } from "./on-path.ts";
import { installFolder } from "./paths.ts";
import { downloadRelease } from "./release.ts";
import type { Build, Pin, Release } from "./versions.ts";

/** Where a tool is, and how it came there, for a person. */
export interface Resolved {
  readonly path: string;
  readonly way: string;
}

/** Where a tool is already, on PATH or installed by the project; undefined when it has to be installed. */
export async function findTool(pin: Pin, env: Environment): Promise<Resolved | undefined> {
  if (env.ways.has("path")) {
    const found = await env.search.find(pin);
    if (found?.accepted) return { path: found.path, way: `on PATH, ${found.version}` };
  }
  for (const folder of [releaseFolder(pin, env), buildFolder(pin.build, env)]) {
    const wanted = env.ways.has("cache") || env.fresh.has(folder);
    if (wanted && (await isComplete(folder, [pin.name]))) {
      return { path: programIn(folder, pin.name), way: `installed: ${await wayOf(folder)}` };
    }
  }
  return undefined;
}

/**
 * Installs a tool: its official release, or a build from its Go module.
 *
 * @throws {ChecksumError} when a release is not what its publisher promised; then nothing else is tried
 * @throws {PrerequisiteError} when it must be built and there is no Go
 */
export async function installTool(pin: Pin, env: Environment): Promise<Resolved> {
  await sayWhyNotOnPath(pin, env);
  const release = env.ways.has("release") ? pin.release(env.platform) : undefined;
  if (release) {
    try {
      return await installRelease(pin, release, env);
    } catch (error) {
      if (!(error instanceof NoWayOutError || error instanceof HttpError)) throw error;
      env.progress(`${pin.name}: no official release to be had: ${withCause(error)}`);
    }
  }
  if (env.ways.has("build")) return installBuild(pin, env);
  throw new Error(
    `${pin.name} ${pin.version} is not there, and no way that REHEARSAL_TOOLS_WAY allows (${[...env.ways].join(", ")}) ` +
      "leads to it. Allow more, or unset it.",
  );
}

/** Its owner may wonder. */
async function sayWhyNotOnPath(pin: Pin, env: Environment): Promise<void> {
  const found = env.ways.has("path") ? await env.search.find(pin) : undefined;
  if (!found) return;
  const version = found.version ?? "of unknown version";
  env.progress(`${pin.name}: ${found.path} is ${version}, accepted is ${pin.accepted}: installing ${pin.version}`);
}

async function installRelease(pin: Pin, release: Release, env: Environment): Promise<Resolved> {
  const folder = releaseFolder(pin, env);
  const way = await install([pin], folder, env, async (into) => ({
    programs: { [pin.name]: await downloadRelease(pin, release, into, env) },
    way: `official release ${pin.version}, checksum verified`,
  }));
  return { path: programIn(folder, pin.name), way };
}

async function installBuild(pin: Pin, env: Environment): Promise<Resolved> {
  const { build } = pin;
  const built = env.pins.filter((other) => other.build.module === build.module);
  const folder = buildFolder(build, env);
  const way = await install(built, folder, env, async (into) => {
    const go = await env.findGo();
    await buildFromModule(build, path.join(into, build.module), { ...env, go });
    return {
      programs: Object.fromEntries(built.map(({ name }) => [name, build.module])),
      way: `built from the Go module, ${build.version}`,
    };
  });
  return { path: programIn(folder, pin.name), way };
}

async function install(
  programs: readonly Pin[],
  folder: string,
  env: Environment,
  fill: (into: string) => Promise<Installed>,
): Promise<string> {
  const way = await installOnce({
    folder,
    programs: programs.map(({ name }) => name),
    install: fill,
    verify: async (into) => {
      for (const pin of programs) await verifyVersion(pin, programIn(into, pin.name));
    },
    replace: !env.ways.has("cache"),
    progress: env.progress,
  });
  env.fresh.add(folder);
  return way;
}

async function verifyVersion(pin: Pin, file: string): Promise<void> {
  const version = await askVersion(file, pin);
  if (version === pin.version) return;
  throw new Error(`${file} was to be ${pin.name} ${pin.version}, but says ${version ?? "no version"}`);
}

function releaseFolder(pin: Pin, env: Environment): string {
  return installFolder(env.root, pin.name, pin.version, env.platform);
}

function buildFolder(build: Build, env: Environment): string {
  return installFolder(env.root, build.module, build.version, env.platform);
}

function withCause(error: Error): string {
  // A NoWayOutError says its cause itself.
  return error instanceof HttpError && error.cause instanceof Error
    ? `${error.message} (${error.cause.message})`
    : error.message;
}
