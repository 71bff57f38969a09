import * as pulumi from "@pulumi/pulumi";
import { productionFor } from "./rehearsal/production/for-settings.ts";
import { parseSettings } from "./settings/parse.ts";
import type { Settings } from "./settings/parse.ts";
import { SettingsError } from "./settings/problems.ts";
import { surroundingsOf } from "./settings/surroundings.ts";

export type { Settings } from "./settings/parse.ts";

/**
 * Reads the stack's settings; nothing else in the project reads `pulumi.Config`.
 *
 * @throws RunError (which Pulumi shows without a stack trace) that lists every problem at once
 */
export async function readSettings(): Promise<Settings> {
  try {
    return await parse();
  } catch (error) {
    throw error instanceof SettingsError ? new pulumi.RunError(error.message) : error;
  }
}

async function parse(): Promise<Settings> {
  const prefix = `${pulumi.getProject()}:`;
  const raw = Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), decode(value)]),
  );
  return await settingsOf(raw);
}

/**
 * The settings of a program that has them from elsewhere than this project's stack files. With `production.source`,
 * production's manifests are read (and nothing else of it, and nothing is written), within a minute at the most.
 *
 * @param raw as in `config` of a stack file, without the project's prefix
 * @param projectDir absolute path that files in the settings are relative to. Default: this project's
 * @throws SettingsError that lists every problem at once
 */
export async function settingsOf(
  raw: Readonly<Record<string, unknown>>,
  projectDir = import.meta.dirname,
): Promise<Settings> {
  const around = surroundingsOf(pulumi.getStack(), new pulumi.Config("aws").get("region"), projectDir);
  return parseSettings(raw, { ...around, production: await productionFor(raw, around) });
}

/** Pulumi hands over objects and lists as JSON, everything else as text. */
function decode(value: string): unknown {
  if (!/^[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // Text that only begins like JSON; the schema judges it.
  }
}
