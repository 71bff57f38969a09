/** Writes `docs/settings.md`. */
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { parse } from "yaml";
import { settingsDocument } from "../settings/document.ts";

const file = new URL("../docs/settings.md", import.meta.url);

/** The document as it belongs into the file. */
export async function generatedSettings(): Promise<string> {
  const { config } = parse(readFileSync(new URL("../Pulumi.yaml", import.meta.url), "utf8")) as {
    config: Record<string, { description: string }>;
  };
  const descriptions = Object.fromEntries(Object.entries(config).map(([name, { description }]) => [name, description]));
  return await format(settingsDocument(descriptions), { ...(await resolveConfig(file)), parser: "markdown" });
}

if (process.argv[1]?.endsWith("tools/docs.ts") === true) writeFileSync(file, await generatedSettings());
