import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { lock } from "proper-lockfile";
import { z } from "zod";
import { isErrno, isExecutable } from "./files.ts";
import { duration, ticker } from "./progress.ts";
import type { Progress } from "./progress.ts";

const recordName = "install.json";
const recordSchema = z.object({ way: z.string() });

/** Another install may be a build of many minutes. */
const waitLimitMs = 60 * 60_000;

/** What an installer leaves behind. */
export interface Installed {
  /** How it was had, for a person. */
  readonly way: string;
  /** Programs by name; paths relative to the folder. */
  readonly programs: Readonly<Record<string, string>>;
}

export interface InstallJob {
  /** `<root>/tools/<name>/<version>-<os>-<arch>` */
  readonly folder: string;
  /** Names of the programs that it will hold. */
  readonly programs: readonly string[];
  /** Fills an empty folder. */
  install(into: string): Promise<Installed>;
  /** Throws when what was installed is not good. */
  verify(into: string): Promise<void>;
  /** Install even if the folder is there. Default false. */
  readonly replace?: boolean;
  readonly progress: Progress;
}

/** The path of a program in an installed folder. */
export function programIn(folder: string, name: string): string {
  return path.join(folder, "bin", name);
}

/**
 * Fills `job.folder`: installs into a folder beside it and moves that into place whole, once verified. When another
 * process is at it, waits and takes over what that one installed.
 *
 * @returns how the folder was filled
 * @throws what installing or verifying throws; then nothing is left behind
 */
export async function installOnce(job: InstallJob): Promise<string> {
  const parent = path.dirname(job.folder);
  await mkdir(parent, { recursive: true });
  return withLock(parent, job.progress, async () => {
    if (!job.replace && (await isComplete(job.folder, job.programs))) return "installed meanwhile by another process";
    await sweep(parent);
    const into = await mkdtemp(path.join(parent, ".new-"));
    try {
      const installed = await job.install(into);
      await link(into, installed.programs);
      await job.verify(into);
      await writeFile(path.join(into, recordName), `${JSON.stringify(installed, null, 2)}\n`);
      await moveIntoPlace(into, job.folder);
      return installed.way;
    } finally {
      await rm(into, { recursive: true, force: true });
    }
  });
}

/** How an installed folder was filled, for a person. */
export async function wayOf(folder: string): Promise<string> {
  const record = recordSchema.parse(JSON.parse(await readFile(path.join(folder, recordName), "utf8")));
  return record.way;
}

/** Whether `folder` holds all `programs`. It is only ever there whole. */
export async function isComplete(folder: string, programs: readonly string[]): Promise<boolean> {
  const found = await Promise.all(programs.map((name) => isExecutable(programIn(folder, name))));
  return found.every(Boolean);
}

/** Runs `action` while no other process installs to the folder `parent`. */
export async function withLock<T>(parent: string, progress: Progress, action: () => Promise<T>): Promise<T> {
  const name = path.basename(parent);
  const lockFile = path.join(parent, ".lock");
  const start = Date.now();
  const stop = ticker((elapsed) =>
    progress(`${name}: waiting for another process that installs it, ${duration(elapsed)} …`),
  );
  let release: () => Promise<void>;
  try {
    release = await lock(parent, {
      lockfilePath: lockFile,
      stale: 30_000,
      update: 5000,
      retries: { forever: true, maxRetryTime: waitLimitMs, factor: 1, minTimeout: 250 },
      onCompromised: (error) => progress(`${name}: lost the lock of the install (${error.message}); going on`),
    });
  } catch (error) {
    throw new Error(
      `Could not get the lock ${lockFile} in ${duration(Date.now() - start)}. ` +
        "If no other install is running, remove it and try again.",
      { cause: error },
    );
  } finally {
    stop();
  }
  try {
    return await action();
  } finally {
    await release().catch((error: unknown) => {
      // Somebody else took it over after this process had been suspended; what was installed is whole all the same.
      if (!isErrno(error, "ERELEASED", "ENOTACQUIRED")) throw error;
    });
  }
}

/** Removes what killed installs left. Only called under the lock, so none is at work. */
async function sweep(parent: string): Promise<void> {
  const left = (await readdir(parent)).filter((entry) => /^\.(new|old)-/.test(entry));
  await Promise.all(left.map((entry) => rm(path.join(parent, entry), { recursive: true, force: true })));
}

/** Puts the programs in the folder's `bin`, wherever the publisher's archive has them. */
async function link(folder: string, programs: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path.join(folder, "bin"), { recursive: true });
  for (const [name, target] of Object.entries(programs)) {
    const source = path.join(folder, target);
    const program = programIn(folder, name);
    if (source !== program) await symlink(path.relative(path.dirname(program), source), program);
  }
}

async function moveIntoPlace(from: string, to: string): Promise<void> {
  const old = path.join(path.dirname(to), `.old-${path.basename(from)}`);
  try {
    await rename(to, old);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
  await rename(from, to);
  await rm(old, { recursive: true, force: true });
}
