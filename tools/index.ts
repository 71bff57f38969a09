import path from "node:path";
import { binFolder } from "./bin-folder.ts";
import { defaultEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { toolsSource } from "./paths.ts";
import { requireNode, requirePython } from "./prerequisites.ts";
import { silent } from "./progress.ts";
import type { Progress } from "./progress.ts";
import { findVenv, installVenv } from "./python.ts";
import { findTool, installTool } from "./resolve.ts";
import type { Resolved } from "./resolve.ts";
import type { Pin, ToolName } from "./versions.ts";

export { PrerequisiteError, labPlatformProblem } from "./prerequisites.ts";
export { ensurePlugins } from "./plugins.ts";
export type { ToolName } from "./versions.ts";

/** The tools of the project, ready to run. */
export interface Tools<Name extends ToolName = ToolName> {
  /** A folder with a link to each tool, for putting in front of PATH. */
  readonly binDir: string;
  readonly paths: Readonly<Record<Name, string>>;
  /** The interpreter of the virtual environment that holds moto. */
  readonly python: string;
  /** How each tool, and `python`, was had, for a person. */
  readonly ways: Readonly<Record<string, string>>;
}

export interface ToolsOptions<Name extends ToolName> {
  /** Default: all. Python is always included. */
  readonly only?: readonly Name[];
  /** Default: silence. */
  readonly progress?: Progress;
}

/** Tools are missing; the message says which and what to do. */
export class MissingToolsError extends Error {
  override readonly name = "MissingToolsError";
}

/**
 * Finds every tool, and installs what is missing.
 *
 * @throws {PrerequisiteError} when Node.js, Python or Go is missing or too old
 * @throws {ChecksumError} when a download is not what its publisher promised
 */
export async function ensureTools<Name extends ToolName = ToolName>(
  options: ToolsOptions<Name> = {},
): Promise<Tools<Name>> {
  requireNode();
  const progress = options.progress ?? silent;
  const env = defaultEnvironment(progress);
  const python = pythonContext(env);
  const found = await findVenv(python);
  const ways: Record<string, string> = { python: found ? "installed" : "virtual environment made" };
  const interpreter = found ?? (await installVenv(python));
  const resolved = await resolveAll(options.only, env, async (pin) => {
    const tool = await installTool(pin, env);
    progress(`${pin.name}: ${tool.way}`);
    return tool;
  });
  return gather(env.root, interpreter, resolved, ways);
}

/**
 * Finds every tool and installs nothing.
 *
 * @throws {MissingToolsError} when one is missing
 */
export async function findTools<Name extends ToolName = ToolName>(
  options: Pick<ToolsOptions<Name>, "only"> = {},
): Promise<Tools<Name>> {
  requireNode();
  const env = defaultEnvironment(silent);
  const interpreter = await findVenv(pythonContext(env));
  const missing: string[] = interpreter ? [] : ["moto (a Python virtual environment)"];
  const resolved = await resolveAll(options.only, env, (pin) => {
    missing.push(`${pin.name} ${pin.version}`);
    return Promise.resolve(undefined);
  });
  if (missing.length > 0 || !interpreter) {
    throw new MissingToolsError(
      `Not installed: ${missing.join(", ")}. Neither on PATH with an accepted version nor in ${env.root}. Run: make tools`,
    );
  }
  return gather(env.root, interpreter, resolved, { python: "installed" });
}

type ResolvedTools = [ToolName, Resolved][];

async function resolveAll(
  only: readonly ToolName[] | undefined,
  env: Environment,
  otherwise: (pin: Pin) => Promise<Resolved | undefined>,
): Promise<ResolvedTools> {
  const resolved: ResolvedTools = [];
  for (const pin of env.pins.filter(({ name }) => only === undefined || only.includes(name))) {
    const tool = (await findTool(pin, env)) ?? (await otherwise(pin));
    if (tool) resolved.push([pin.name, tool]);
  }
  return resolved;
}

async function gather<Name extends ToolName>(
  root: string,
  python: string,
  resolved: ResolvedTools,
  ways: Record<string, string>,
): Promise<Tools<Name>> {
  const paths = Object.fromEntries(resolved.map(([name, tool]) => [name, tool.path])) as Record<Name, string>;
  return {
    binDir: await binFolder(root, paths),
    paths,
    python,
    ways: { ...ways, ...Object.fromEntries(resolved.map(([name, { way }]) => [name, way])) },
  };
}

function pythonContext(env: Environment): Parameters<typeof installVenv>[0] {
  return {
    root: env.root,
    requirements: path.join(toolsSource, "python", "requirements.txt"),
    findPython: requirePython,
    progress: env.progress,
  };
}
