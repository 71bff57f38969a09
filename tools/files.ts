import { access, constants, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Whether `file` exists (behind its links) and may be executed. */
export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Whether there is something at `file`, behind its links. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Whether `error` carries one of the codes. By its form: an error of another realm is no `instanceof Error`. */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  return typeof error === "object" && error !== null && "code" in error && codes.includes(String(error.code));
}

/** The file's text, or undefined where there is none. */
export async function readIfExists(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

let sequence = 0;

/** A path beside which nobody else writes, in the same folder as `file`, so that a rename to it is atomic. */
export function temporaryName(file: string): string {
  sequence += 1;
  return path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${sequence}.tmp`);
}

/** Writes `file` so that a reader sees the old or the new content, never a part. */
export async function writeAtomic(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = temporaryName(file);
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
