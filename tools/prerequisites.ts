import path from "node:path";
import { execa } from "execa";
import { coerce, gte } from "semver";
import { isExecutable } from "./files.ts";

/** Something that the user has to install. The message says what and how. */
export class PrerequisiteError extends Error {
  override readonly name = "PrerequisiteError";
}

const needed = { node: "20.0.0", go: "1.26.0", python: "3.11.0" };
/** The first Go that fetches a newer Go by itself. */
const goWithToolchains = "1.21.0";

/** @returns what is wrong with this Node.js, or undefined */
export function nodeProblem(version: string = process.versions.node): string | undefined {
  if (gte(version, needed.node)) return undefined;
  return `Node.js ${version} is too old: version 20 or newer is needed (https://nodejs.org).`;
}

/** @returns why the lab cannot run on this system, or undefined */
export function labPlatformProblem(os: string = process.platform): string | undefined {
  if (os === "linux") return undefined;
  const name = os === "darwin" ? "macOS" : os;
  return (
    `The lab runs on Linux only, not on ${name}: its pods listen on addresses all over 127.0.0.0/8, and ${name} has just ` +
    "127.0.0.1. Run it in a Linux VM or container. A rehearsal on AWS works from macOS."
  );
}

/**
 * @param version as `go env GOVERSION` prints it, e.g. `go1.26.8`; undefined when there is no Go
 * @param toolchain as `go env GOTOOLCHAIN` prints it
 * @returns why the tools cannot be built with it, or undefined
 */
export function goProblem(version: string | undefined, toolchain: string): string | undefined {
  const howto = "Install Go 1.26 or newer (https://go.dev/dl) and put its bin folder on PATH.";
  const found = coerce(version);
  if (version === undefined || !found) return `Go is needed to build tools, and was not found. ${howto}`;
  if (gte(found, needed.go)) return undefined;
  const mayFetch = toolchain === "auto" || toolchain === "path" || toolchain.endsWith("+auto");
  if (gte(found, goWithToolchains) && mayFetch) return undefined;
  const hint = gte(found, goWithToolchains)
    ? ` Or set GOTOOLCHAIN=auto (now ${toolchain}), so that Go fetches the version it needs.`
    : "";
  return `${version} is too old to build the tools. ${howto}${hint}`;
}

/** @returns why the lab cannot use this Python, or undefined */
export function pythonProblem(version: string | undefined): string | undefined {
  const howto = "Install Python 3.11 or newer (https://www.python.org; on Debian: apt install python3 python3-venv).";
  const found = coerce(version);
  if (version === undefined || !found)
    return `Python is needed for the lab's AWS emulator, and was not found. ${howto}`;
  return gte(found, needed.python) ? undefined : `Python ${version} is too old. ${howto}`;
}

/** @throws {PrerequisiteError} when this Node.js is too old */
export function requireNode(): void {
  const problem = nodeProblem();
  if (problem) throw new PrerequisiteError(problem);
}

/**
 * The `go` that can build the tools.
 *
 * @throws {PrerequisiteError} when there is none
 */
export async function requireGo(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  // The second is where Go's installer puts it; many forget to extend PATH.
  const go = await firstProgram("go", [...pathFolders(env), "/usr/local/go/bin"]);
  const { stdout = "" } = go ? await ask(go, ["env", "GOVERSION", "GOTOOLCHAIN"], env) : {};
  const [version, toolchain = "local"] = stdout.split("\n");
  const problem = goProblem(version || undefined, toolchain);
  if (problem || !go) throw new PrerequisiteError(problem ?? "Go was not found.");
  return go;
}

/**
 * A Python that can make the lab's virtual environment.
 *
 * @throws {PrerequisiteError} when there is none
 */
export async function requirePython(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  let newest: string | undefined;
  for (const name of ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"]) {
    const python = await firstProgram(name, pathFolders(env));
    if (!python) continue;
    const script = "import sys; print('%d.%d.%d' % sys.version_info[:3]); import venv, ensurepip";
    const { stdout, exitCode } = await ask(python, ["-c", script], env);
    const version = stdout.trim() || undefined;
    if (pythonProblem(version) !== undefined) {
      newest ??= version;
    } else if (exitCode === 0) {
      return python;
    } else {
      throw new PrerequisiteError(
        `${python} lacks the modules venv and ensurepip. On Debian and Ubuntu: apt install python3-venv`,
      );
    }
  }
  throw new PrerequisiteError(pythonProblem(newest) ?? "Python was not found.");
}

function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

async function firstProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const file of folders.map((folder) => path.join(folder, name))) {
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function ask(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ stdout: string; exitCode?: number }> {
  const { stdout, exitCode } = await execa(file, args, {
    env,
    extendEnv: false,
    reject: false,
    timeout: 30_000,
    cwd: "/",
  });
  return { stdout, exitCode };
}
