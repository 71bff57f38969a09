import { z } from "zod";
import { lock } from "proper-lockfile";
import { readIfExists, writeAtomic } from "./files.ts";

/** What was downloaded is not what its publisher, or an earlier verified download, says it is. Never ignore it. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

const sha256 = /^[0-9a-f]{64}$/;

/**
 * The checksum of `fileName` in a publisher's file: a bare checksum, or lines of `checksum  file` as sha256sum prints.
 *
 * @returns undefined when the file does not name it
 */
export function findChecksum(content: string, fileName: string): string | undefined {
  const lines = content
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of lines) {
    const [checksum, name] = splitLine(line);
    if (!sha256.test(checksum)) continue;
    if (name === undefined ? lines.length === 1 : name === fileName) return checksum;
  }
  return undefined;
}

function splitLine(line: string): [string, string | undefined] {
  const [checksum = "", name] = line.split(/\s+/, 2);
  // sha256sum marks binary mode with a star, and some publishers put a path before the name.
  return [checksum.toLowerCase(), name?.replace(/^\*/, "").split("/").at(-1)];
}

const lockSchema = z.record(z.string(), z.string().regex(sha256));

/**
 * The checksums of earlier verified downloads, by `<tool>/<version>/<os>-<arch>`. The file is part of the project, so
 * that a release that was changed after it was published is noticed on every machine.
 */
export class ChecksumLock {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws when the file cannot be understood */
  async get(key: string): Promise<string | undefined> {
    return (await this.#read())[key];
  }

  /** @throws {ChecksumError} when another checksum is recorded for `key` */
  async check(key: string, checksum: string, from: string): Promise<void> {
    const locked = await this.get(key);
    if (locked === undefined || locked === checksum) return;
    throw new ChecksumError(
      `The checksum of ${key} has changed: ${this.#file} has ${locked}, ${from} says ${checksum}. ` +
        "Nothing was installed. Find out why the publisher changed a release before you remove the old line.",
    );
  }

  /** Remembers a verified checksum. */
  async add(key: string, checksum: string, from: string): Promise<void> {
    const release = await lock(this.#file, {
      realpath: false,
      retries: { retries: 50, minTimeout: 50, maxTimeout: 200 },
    });
    try {
      await this.check(key, checksum, from);
      const entries = { ...(await this.#read()), [key]: checksum };
      const sorted = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
      await writeAtomic(this.#file, `${JSON.stringify(sorted, null, 2)}\n`);
    } finally {
      await release();
    }
  }

  async #read(): Promise<Record<string, string>> {
    const content = await readIfExists(this.#file);
    if (content === undefined) return {};
    try {
      return lockSchema.parse(JSON.parse(content));
    } catch (error) {
      throw new Error(`${this.#file} is not a JSON object of SHA-256 checksums; restore it from version control`, {
        cause: error,
      });
    }
  }
}
