import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { exists, readIfExists, writeAtomic } from "./files.ts";
import { Downloader, HttpError, NoWayOutError } from "./network.ts";
import { cacheRoot, contentHash, toolsSource } from "./paths.ts";
import { duration } from "./progress.ts";
import type { Progress } from "./progress.ts";

/** The plugin of @pulumi/aws alone is 200 MB. */
const installLimitMs = 10 * 60_000;
const rememberMs = 24 * 3600_000;
const resourcePackages = ["aws", "kubernetes", "command"];

export interface PluginsOptions {
  /** The value of PULUMI_HOME that Pulumi will run with: official plugins are installed there. */
  readonly pulumiHome: string;
  readonly progress?: Progress;
  /** Default: the cache folder of the tools. */
  readonly root?: string;
  /** Where the packages are whose plugins are wanted. Default: the project's. */
  readonly nodeModules?: string;
  /** Asked first whether there is internet at all. Default: the publisher's download server. */
  readonly probe?: string;
}

/** Whether Pulumi can use its publisher's plugins, and why. */
export interface PluginsAnswer {
  readonly official: boolean;
  readonly reason: string;
}

interface Plugin {
  readonly name: string;
  readonly version: string;
}

/**
 * Sees to Pulumi's language host for Node.js and the resource plugins of the packages in use: those of the publisher
 * when they can be had. That they cannot be downloaded is remembered for a day.
 *
 * @param tools where the Pulumi CLI is
 * @returns official: false when stand-ins must go on PATH
 */
export async function ensurePlugins(
  tools: { readonly paths: { readonly pulumi: string } },
  options: PluginsOptions,
): Promise<PluginsAnswer> {
  const { pulumi } = tools.paths;
  if (!(await hasLanguageHost(pulumi))) {
    return { official: false, reason: "the Pulumi CLI was built from source and brings no language host for Node.js" };
  }
  const plugins = await wantedPlugins(options.nodeModules ?? path.join(toolsSource, "..", "node_modules"));
  const missing = await missingPlugins(plugins, options.pulumiHome);
  if (missing.length === 0) return { official: true, reason: "the official plugins are installed" };
  const memory = memoryFile(options.root ?? cacheRoot(), plugins);
  const remembered = await recallFailure(memory);
  if (remembered !== undefined) return { official: false, reason: remembered };
  const failure = await installPlugins(pulumi, missing, options);
  if (failure === undefined) return { official: true, reason: "the official plugins were installed" };
  await writeAtomic(memory, `${JSON.stringify({ time: Date.now(), reason: failure })}\n`);
  return { official: false, reason: failure };
}

/** The official release has it beside the CLI, where the CLI looks for it. */
async function hasLanguageHost(pulumi: string): Promise<boolean> {
  return exists(path.join(path.dirname(await realpath(pulumi)), "pulumi-language-nodejs"));
}

const packageSchema = z.object({
  version: z.string(),
  pulumi: z.object({ name: z.string(), version: z.string().optional() }),
});

async function wantedPlugins(nodeModules: string): Promise<Plugin[]> {
  return Promise.all(
    resourcePackages.map(async (name) => {
      const file = path.join(nodeModules, "@pulumi", name, "package.json");
      const { version, pulumi } = packageSchema.parse(JSON.parse(await readFile(file, "utf8")));
      return { name: pulumi.name, version: (pulumi.version ?? version).replace(/^v/, "") };
    }),
  );
}

async function missingPlugins(plugins: readonly Plugin[], pulumiHome: string): Promise<Plugin[]> {
  const there = await Promise.all(
    plugins.map(async ({ name, version }) => {
      const folder = path.join(pulumiHome, "plugins", `resource-${name}-v${version}`);
      // Pulumi keeps the second while it downloads, and when that broke off.
      return (await exists(folder)) && !(await exists(`${folder}.partial`));
    }),
  );
  return plugins.filter((_, index) => !there[index]);
}

/** @returns why not, or undefined */
async function installPlugins(
  pulumi: string,
  plugins: readonly Plugin[],
  { pulumiHome, progress, probe = "https://get.pulumi.com/" }: PluginsOptions,
): Promise<string | undefined> {
  // Pulumi itself tries for minutes where there is no internet.
  const unreachable = await whyUnreachable(probe);
  if (unreachable !== undefined) return `the official plugins cannot be downloaded: ${unreachable}`;
  for (const { name, version } of plugins) {
    progress?.(`pulumi: installing the plugin ${name} ${version}`);
    const result = await execa(pulumi, ["plugin", "install", "resource", name, version], {
      env: { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: installLimitMs,
      stdin: "ignore",
      all: true,
      reject: false,
    });
    if (result.failed) {
      const what = result.timedOut ? `did not end within ${duration(installLimitMs)}` : "failed";
      const last = result.all.trimEnd().split("\n").at(-1) ?? "";
      return `pulumi plugin install resource ${name} ${version} ${what}: ${last}`;
    }
  }
  return undefined;
}

async function whyUnreachable(url: string): Promise<string | undefined> {
  try {
    await new Downloader({ attempts: 1 }).text(url);
    return undefined;
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    if (error instanceof NoWayOutError) return error.message;
    throw error;
  }
}

function memoryFile(root: string, plugins: readonly Plugin[]): string {
  return path.join(root, `plugins-${contentHash(JSON.stringify(plugins))}.json`);
}

const memorySchema = z.object({ time: z.number(), reason: z.string() });

async function recallFailure(file: string): Promise<string | undefined> {
  const content = await readIfExists(file);
  if (content === undefined) return undefined;
  const { time, reason } = memorySchema.parse(JSON.parse(content));
  const ageMs = Date.now() - time;
  if (ageMs < 0 || ageMs > rememberMs) return undefined;
  return `${reason} (found ${duration(ageMs)} ago; asked again after a day, or when ${file} is removed)`;
}
