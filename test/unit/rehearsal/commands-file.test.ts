import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { noteCommand } from "../../../rehearsal/commands-file.ts";

test("commands are kept in order as one would type them, with paths of the project relative to it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "commands-"));
  const run = { path: (name: string) => join(dir, name) };
  noteCommand(run, { file: "kops", args: ["replace", "--filename", join(process.cwd(), "a b.yaml")] });
  noteCommand(
    run,
    { file: "k6", args: ["run", join(process.cwd(), "loadtest/http.js")] },
    { RATE: "200", EXPECT_BODY: "a b" },
  );
  expect(await readFile(run.path("commands.txt"), "utf8")).toBe(
    "kops replace --filename 'a b.yaml'\nRATE=200 EXPECT_BODY='a b' k6 run loadtest/http.js\n",
  );
  await rm(dir, { recursive: true });
});
