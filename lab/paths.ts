import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's own folder. */
export const projectDir = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** The lab's folder: as given, else `$LAB_DIR`, else `.lab` in the project. */
export const labDir = (given?: string): string => resolve(given ?? process.env["LAB_DIR"] ?? `${projectDir}/.lab`);
