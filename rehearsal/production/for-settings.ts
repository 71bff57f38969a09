import type { Production } from "../../mirror/production.ts";
import { sourceOf } from "../../settings/parse.ts";
import { resolvePath } from "../../settings/paths.ts";
import { RehearsalError } from "../errors.ts";

/**
 * What the setting `production.source` holds, or why it cannot be read, which is one problem among those of the settings.
 * Undefined where there is no source. Production is only read, within a minute at the most.
 *
 * @param raw the keys of the project's namespace with their values
 * @param dirs with the stack's region, which the state store is looked for in where `production.region` names no other
 */
export async function productionFor(
  raw: Readonly<Record<string, unknown>>,
  dirs: { readonly homeDir: string; readonly projectDir: string; readonly region?: string | undefined },
): Promise<Production | Error | undefined> {
  const source = sourceOf(raw);
  if (source === undefined) return undefined;
  const { profile, region } = Object(raw["production"]) as { profile?: unknown; region?: unknown };
  const { readProduction } = await import("./source.ts");
  try {
    return await readProduction(source.startsWith("s3://") ? source : resolvePath(source, dirs), {
      profile: textOf(profile),
      region: textOf(region) ?? dirs.region,
    });
  } catch (error) {
    if (error instanceof RehearsalError) return error;
    throw error;
  }
}

/** What is no text is a problem of its own, which the schema finds. */
const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
