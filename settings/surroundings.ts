import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { Surroundings } from "./parse.ts";

/**
 * What this machine adds to a stack's settings.
 *
 * @param region `aws:region`; the environment's when it is not set
 */
export function surroundingsOf(stack: string, region: string | undefined, projectDir: string): Surroundings {
  return {
    stack,
    region: region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"],
    projectDir,
    homeDir: homedir(),
    variables: process.env,
    readFile,
  };
}

/** A directory and what may not be read are not there either. */
function readFile(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
