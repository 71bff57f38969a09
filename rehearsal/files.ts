import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { mkdir, open, readFile, rename, symlink, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes a file so that a reader sees the old contents or the new ones, never a part, even after a power cut. */
export async function writeWhole(
  path: string,
  contents: string | Uint8Array | AsyncIterable<Uint8Array>,
  mode = 0o644,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, "w", mode);
    try {
      const parts = typeof contents === "object" && Symbol.asyncIterator in contents ? contents : [contents];
      // Each goes behind the one before.
      for await (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // What is left of it would only take up room, of which there may be none.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

export async function writeJson(path: string, value: unknown, mode?: number): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, undefined, 2)}\n`, mode);
}

/** The contents, or undefined when there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Points the link at `target`, replacing an older link in one step. */
export async function pointLink(path: string, target: string): Promise<void> {
  const temporary = join(dirname(path), `.${process.pid}.link`);
  await unlink(temporary).catch(() => undefined);
  await symlink(target, temporary);
  await rename(temporary, path);
}

/**
 * Appends bytes to a file that was opened for appending, or leaves it as it was, `length` bytes long: a disk that is full
 * may take a part of them, after which nothing could be told apart.
 *
 * @throws what the system says, as ENOSPC
 */
export function appendWhole(fd: number, bytes: Uint8Array, length = fstatSync(fd).size): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  } catch (error) {
    ftruncateSync(fd, length);
    throw error;
  }
}

/**
 * A file that grows line by line. Lines are written synchronously, so that they are in the file, and in order, even
 * when the process ends right after. A line that another process was killed in the middle of never happened: it is taken
 * away, or the next one would be lost with it. One for which there is no room is not there in part either.
 */
export class LineFile {
  readonly #fd: number;

  constructor(
    readonly path: string,
    private readonly options: { readonly sync?: boolean; readonly mode?: number } = {},
  ) {
    this.#fd = openSync(path, "a+", options.mode ?? 0o644);
    this.#dropTornLine();
  }

  append(line: string): void {
    appendWhole(this.#fd, Buffer.from(`${line}\n`));
    if (this.options.sync === true) fsyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #dropTornLine(): void {
    const { size } = fstatSync(this.#fd);
    const last = Buffer.alloc(1);
    if (size === 0 || (readSync(this.#fd, last, 0, 1, size - 1) === 1 && last.toString() === "\n")) return;
    ftruncateSync(this.#fd, readFileSync(this.path).lastIndexOf("\n") + 1);
  }
}
