import { expect, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { verdictSchema } from "../../../analysis/verdict-schema.ts";

/** `UPDATE_SCHEMA=1` writes the file instead of checking it. */
test("docs/verdict.schema.json is the schema of verdict.json", () => {
  const file = new URL("../../../docs/verdict.schema.json", import.meta.url);
  const schema = { title: "verdict.json of a rehearsal", ...z.toJSONSchema(verdictSchema) };
  if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(schema)));
});
