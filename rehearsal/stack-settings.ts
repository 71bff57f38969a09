import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { parse } from "yaml";
import { z } from "zod";
import { parseSettings, type Settings } from "../settings/parse.ts";
import { SettingsError } from "../settings/problems.ts";
import { UsageError } from "./errors.ts";
import { readIfThere } from "./files.ts";
import { productionFor } from "./production/for-settings.ts";

const prefix = "kops-upgrade-rehearsal:";
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/**
 * The settings of a stack without Pulumi, from `Pulumi.<stack>.yaml` in the current folder, and production as it is now
 * where they name it as the source; it is only read.
 *
 * @throws UsageError when there is none, or with all that is wrong in it
 */
export async function readStackSettings(stack: string): Promise<Settings> {
  const file = `Pulumi.${stack}.yaml`;
  const text = await readIfThere(file);
  if (text === undefined)
    throw new UsageError(`There is no ${file} here.`, {
      next: "run this in the project's folder, with the stack's name",
    });
  const { config } = stackFile.parse(parse(text) ?? {});
  const raw = Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), plain(value)] as const),
  );
  const region = config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  try {
    const dirs = { homeDir: homedir(), projectDir: process.cwd() };
    return parseSettings(raw, {
      ...dirs,
      production: await productionFor(raw, dirs),
      stack,
      region: typeof region === "string" ? region : undefined,
      variables: process.env,
      readFile,
    });
  } catch (error) {
    throw error instanceof SettingsError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** Pulumi hands single values over as text. */
function plain(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function readFile(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
