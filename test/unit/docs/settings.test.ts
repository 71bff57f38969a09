import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { settingSchemas, typeText } from "../../../settings/document.ts";
import { neededWithoutSource } from "../../../settings/from-production.ts";
import { parseSettings } from "../../../settings/parse.ts";
import { generatedSettings } from "../../../tools/docs.ts";
import { required, surroundings } from "../settings/example.ts";

const root = new URL("../../../", import.meta.url);
const { config } = parse(readFileSync(new URL("Pulumi.yaml", root), "utf8")) as {
  config: Record<string, { description: string; default: unknown }>;
};
const schemas = settingSchemas();

test("docs/settings.md is what `npm run docs` writes", async () => {
  expect(readFileSync(new URL("docs/settings.md", root), "utf8")).toBe(await generatedSettings());
});

describe("Pulumi.yaml and the schema agree", () => {
  test("on the keys", () => {
    expect(Object.keys(config).sort()).toEqual(Object.keys(schemas).sort());
  });

  /** As a description begins: `Required, text.`, `List of CIDRs …`. */
  test.each(Object.keys(schemas))("on the type of %s, and whether it is required", (name) => {
    const schema = schemas[name]!;
    const [, isRequired, type] = /^(Required, )?(text or object|text|number|boolean|object|list)\b/i.exec(
      config[name]?.description ?? "",
    ) ?? [undefined, undefined, "no type"];
    expect(type?.toLowerCase()).toBe(typeText(schema).replace(/^list of .*/, "list"));
    expect(isRequired !== undefined).toBe(schema.isRequired);
  });

  test.each(Object.keys(schemas))("on the parts of %s: each is described", (name) => {
    const parts = Object.keys(schemas[name]?.properties ?? {});
    const missing = parts.filter((part) => !new RegExp(`\\b${part}\\b`).test(config[name]?.description ?? ""));
    expect(missing).toEqual([]);
  });

  const needed: readonly string[] = neededWithoutSource;
  const optional = Object.keys(config).filter((name) => !schemas[name]!.isRequired && !needed.includes(name));
  test.each(optional)("on the default of %s", (name) => {
    const given = parseSettings({ ...required, [name]: config[name]!.default }, surroundings);
    expect(given).toEqual(parseSettings(required, surroundings));
  });
});
