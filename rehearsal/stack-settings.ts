import { readdirSync } from "node:fs";
import { parseSettings, type Settings } from "../settings/parse.ts";
import { SettingsError } from "../settings/problems.ts";
import { readStackFile } from "../settings/stack-file.ts";
import { surroundingsOf } from "../settings/surroundings.ts";
import { UsageError } from "./errors.ts";
import { productionFor } from "./production/for-settings.ts";

/**
 * The settings of a stack, for commands that `pulumi` does not call;
 * production is read where they name a source of it.
 *
 * @param stack Default: the only one that has a file
 * @param projectDir Default: the current folder
 * @throws UsageError that lists everything that is wrong with them, or the stacks that there are
 */
export async function stackSettings(stack: string | undefined, projectDir = process.cwd()): Promise<Settings> {
  try {
    const around = surroundingsOf(stack ?? onlyStack(projectDir), undefined, projectDir);
    const { raw, region } = readStackFile(around);
    const here = { ...around, region };
    return parseSettings(raw, { ...here, production: await productionFor(raw, here) });
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function onlyStack(projectDir: string): string {
  const known = readdirSync(projectDir).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  if (known.length === 1 && known[0] !== undefined) return known[0];
  throw new UsageError("Which stack is meant?", {
    details: [known.length === 0 ? "There is no Pulumi.<stack>.yaml here." : `There are ${known.sort().join(", ")}.`],
    next: "name one with --stack, in the project's folder",
  });
}
