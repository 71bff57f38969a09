import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { satisfies } from "semver";
import { z } from "zod";
import { isExecutable, readIfExists, writeAtomic } from "./files.ts";
import type { Pin } from "./versions.ts";

/** A tool found on PATH. */
export interface Found {
  readonly path: string;
  /** What it says; undefined when its output has no version. */
  readonly version: string | undefined;
  readonly accepted: boolean;
}

const memorySchema = z.record(
  z.string(),
  z.object({ mtimeMs: z.number(), size: z.number(), version: z.string().optional() }),
);
type Memory = z.infer<typeof memorySchema>;

/** Runs a tool with its version arguments, as `Pin.versionArgs`, and returns what it prints. */
export async function askVersion(file: string, pin: Pin): Promise<string | undefined> {
  const { stdout, stderr, failed, exitCode } = await execa(file, pin.versionArgs, {
    reject: false,
    timeout: 30_000,
    stdin: "ignore",
    // Pulumi otherwise asks the internet for a newer version.
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return failed && exitCode === undefined ? undefined : pin.parseVersion(`${stdout}\n${stderr}`);
}

/** Looks for tools on PATH. What each file said is remembered by path, time and size: asking is slow. */
export class PathSearch {
  readonly #memoryFile: string;
  readonly #folders: readonly string[];
  #memory: Memory | undefined;

  /**
   * @param root the project's own folder of tools: what is in there is not "on PATH", even if its `bin` is
   * @param searchPath the value of PATH
   */
  constructor(root: string, searchPath = process.env.PATH ?? "") {
    this.#memoryFile = path.join(root, "path-versions.json");
    this.#folders = searchPath
      .split(path.delimiter)
      .filter((folder) => folder !== "" && !path.resolve(folder).startsWith(path.resolve(root) + path.sep));
  }

  /** The first of the name on PATH, which is the one that a shell would run. */
  async find(pin: Pin): Promise<Found | undefined> {
    for (const folder of this.#folders) {
      const file = path.resolve(folder, pin.name);
      if (await this.#isProgram(file)) {
        const version = await this.#version(file, pin);
        const accepted = version !== undefined && satisfies(version, pin.accepted, { includePrerelease: true });
        return { path: file, version, accepted };
      }
    }
    return undefined;
  }

  async #isProgram(file: string): Promise<boolean> {
    return (await isExecutable(file)) && (await stat(file)).isFile();
  }

  async #version(file: string, pin: Pin): Promise<string | undefined> {
    const { mtimeMs, size } = await stat(await realpath(file));
    const memory = await this.#load();
    const known = memory[file];
    if (known?.mtimeMs === mtimeMs && known.size === size) return known.version;
    const version = await askVersion(file, pin);
    memory[file] = { mtimeMs, size, version };
    await writeAtomic(this.#memoryFile, `${JSON.stringify(memory, null, 2)}\n`);
    return version;
  }

  async #load(): Promise<Memory> {
    if (!this.#memory) {
      const parsed = memorySchema.safeParse(parseJson(await readIfExists(this.#memoryFile)));
      // Only a memory: what cannot be read is asked again.
      this.#memory = parsed.success ? parsed.data : {};
    }
    return this.#memory;
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return undefined;
  }
}
