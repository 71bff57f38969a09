import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { isExecutable, readIfExists, writeAtomic } from "./files.ts";
import { withLock } from "./install-store.ts";
import { contentHash } from "./paths.ts";
import { duration, ticker } from "./progress.ts";
import type { Progress } from "./progress.ts";

/** Some 60 wheels, 60 MB. */
const installLimitMs = 15 * 60_000;
const doneName = "complete";

export interface PythonContext {
  readonly root: string;
  /** The pinned and hashed requirements. */
  readonly requirements: string;
  readonly findPython: () => Promise<string>;
  readonly progress: Progress;
}

/** The interpreter of the virtual environment for `requirements`; undefined where it has not been made. */
export async function findVenv(context: Pick<PythonContext, "root" | "requirements">): Promise<string | undefined> {
  const folder = await venvFolder(context);
  // Made in place (its scripts hold its path), so that a mark tells a whole one from the rest of a killed install.
  const done = (await readIfExists(path.join(folder, doneName))) !== undefined;
  const python = interpreter(folder);
  // Not executable: the Python that it was made from is gone.
  return done && (await isExecutable(python)) ? python : undefined;
}

/**
 * Makes the virtual environment for `requirements`, unless another process has.
 *
 * @returns its interpreter
 * @throws {PrerequisiteError} when there is no fitting Python
 * @throws when pip fails, with the end of its output
 */
export async function installVenv(context: PythonContext): Promise<string> {
  const folder = await venvFolder(context);
  await mkdir(path.dirname(folder), { recursive: true });
  return withLock(path.dirname(folder), context.progress, async () => {
    const there = await findVenv(context);
    if (there) return there;
    const base = await context.findPython();
    await rm(folder, { recursive: true, force: true });
    await make(base, folder, context);
    await writeAtomic(path.join(folder, doneName), "");
    return interpreter(folder);
  });
}

async function make(base: string, folder: string, { requirements, progress }: PythonContext): Promise<void> {
  progress("python: making a virtual environment for the lab's AWS emulator (moto), about a minute");
  const stop = ticker((elapsed) => progress(`python: installing moto for ${duration(elapsed)} …`), 15_000);
  try {
    await run(base, ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet"];
    await run(interpreter(folder), [...pip, "--require-hashes", "--only-binary", ":all:", "-r", requirements]);
    await run(interpreter(folder), ["-c", "import moto.server"]);
  } finally {
    stop();
  }
}

async function run(file: string, args: string[]): Promise<void> {
  const result = await execa(file, args, { reject: false, all: true, timeout: installLimitMs, stdin: "ignore" });
  if (!result.failed) return;
  const what = result.timedOut ? `did not end within ${duration(installLimitMs)}` : "failed";
  const tail = result.all.trimEnd().split("\n").slice(-15).join("\n");
  throw new Error(`${[file, ...args].join(" ")} ${what}:\n${tail}`);
}

function interpreter(folder: string): string {
  return path.join(folder, "bin", "python");
}

async function venvFolder({ root, requirements }: Pick<PythonContext, "root" | "requirements">): Promise<string> {
  return path.join(root, "tools", "python", contentHash(await readFile(requirements)));
}
