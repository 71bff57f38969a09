import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Surroundings } from "./parse.ts";
import { SettingsError } from "./problems.ts";

const config = z.object({ config: z.record(z.string(), z.unknown()).nullish() });
const projectFile = config.extend({ name: z.string() });

/** What a stack's files say: the keys of the project's namespace with their values, and the region. */
export interface StackFile {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly region: string | undefined;
}

/**
 * What the program gets from Pulumi of a stack, read from `Pulumi.yaml` and `Pulumi.<stack>.yaml` alone: no state, no
 * login, no program is needed. An encrypted value cannot be read like this; none of the settings is a secret.
 *
 * @param around what this machine adds; the region is `aws:region` when the stack file has one
 * @throws SettingsError when there are no such files or they are not of that form
 */
export function readStackFile(around: Surroundings): StackFile {
  const { stack, projectDir } = around;
  const file = `Pulumi.${stack}.yaml`;
  const project = projectFile.safeParse(contentsOf("Pulumi.yaml", around));
  if (!project.success) throw wrong(stack, "Pulumi.yaml", `is no project's, in ${projectDir}`);
  const own = config.safeParse(contentsOf(file, around));
  if (!own.success) throw wrong(stack, file, `has no \`config:\` of keys and values in ${projectDir}`);
  const given = own.data.config ?? {};
  const prefix = `${project.data.name}:`;
  const raw: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(project.data.config ?? {}))
    raw[key.replace(prefix, "")] = asText(preset(value));
  for (const [key, value] of Object.entries(given)) {
    if (!key.startsWith(prefix)) continue;
    if (isEncrypted(value)) throw wrong(stack, key.slice(prefix.length), "is encrypted; settings are no secrets");
    raw[key.slice(prefix.length)] = asText(value);
  }
  const region = given["aws:region"];
  return { raw, region: typeof region === "string" ? region : around.region };
}

function contentsOf(file: string, { stack, projectDir, readFile }: Surroundings): unknown {
  const text = readFile(join(projectDir, file));
  if (text === undefined) throw wrong(stack, file, `is not there, or cannot be read, in ${projectDir}`);
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw wrong(stack, file, `is no YAML: ${reason.replace(/:$/, "")}`);
  }
}

function wrong(stack: string, what: string, problem: string): SettingsError {
  return new SettingsError(stack, [{ path: [what], value: undefined, what: problem }]);
}

/** What the project sets for all stacks: a value, or a declaration with one. */
function preset(value: unknown): unknown {
  const { default: fallback, value: fixed } = Object(value) as { default?: unknown; value?: unknown };
  const isDeclared = typeof value === "object" && value !== null && !Array.isArray(value);
  return isDeclared ? (fixed ?? fallback) : value;
}

function isEncrypted(value: unknown): boolean {
  return typeof (Object(value) as { secure?: unknown }).secure === "string";
}

/** Pulumi hands over numbers and booleans at the top level as text. */
function asText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}
