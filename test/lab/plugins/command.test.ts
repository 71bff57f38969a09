import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { eventually } from "../../unit/lab/eventually.ts";
import { PulumiProject } from "./pulumi.ts";

jest.setTimeout(900_000);

let pulumi: PulumiProject;
/** Where the commands write down what they do. */
let journal: string;

const lines = async (): Promise<string[]> =>
  (await readFile(journal, "utf8")).split("\n").filter((line) => line !== "");
const program = (args: string): string => `
import * as pulumi from "@pulumi/pulumi";
import { local } from "@pulumi/command";
const journal = ${JSON.stringify(journal)};
export const command = new local.Command("one", ${args}, { additionalSecretOutputs: [] });
export const stdout = command.stdout, stderr = command.stderr;
`;
/** Its stack is its message: util.inspect of Node.js 20 takes seconds over a stack that leads into @pulumi/pulumi. */
const brokenProgram = `
const error = new Error("the program is wrong");
error.stack = error.message;
throw error;
`;
const say = (word: string): string => `echo ${word} >> ${journal}`;

beforeAll(async () => {
  pulumi = await PulumiProject.create();
  journal = path.join(pulumi.dir, "journal");
});
beforeEach(() => writeFile(journal, ""));
afterAll(() => pulumi.remove());

describe("a command's life", () => {
  const args = (more: object): string =>
    JSON.stringify({
      create: `${say("create")}; cat; echo "$GREETING" >&2`,
      update: `${say('"update after $PULUMI_COMMAND_STDOUT"')}; echo updated`,
      delete: `${say('"delete after $PULUMI_COMMAND_STDOUT"')}`,
      stdin: "from stdin",
      environment: { GREETING: "hello" },
      triggers: ["a"],
      ...more,
    });

  test("a preview runs nothing", async () => {
    await pulumi.program(program(args({})));
    const preview = await pulumi.must("preview", "--diff");
    expect(preview).toMatch(/command:local:Command: \(create\)[^]*GREETING/);
    expect(await lines()).toEqual([]);
  });

  test("creation runs create with its input and environment and keeps what it prints", async () => {
    expect(await pulumi.up(program(args({})))).toMatchObject({ ok: true });
    expect(await lines()).toEqual(["create"]);
    expect(await pulumi.outputs()).toMatchObject({ stdout: "from stdin", stderr: "hello" });
  });

  test("without a change nothing runs", async () => {
    const { text } = await pulumi.up(program(args({})));
    expect(text).toMatch(/2 unchanged/);
    expect(await lines()).toEqual([]);
  });

  test.each(["environment", "stdin", "create", "delete"])("a change of %s runs update in place", async (what) => {
    const change = {
      environment: { environment: { GREETING: what } },
      stdin: { stdin: what },
      create: { create: "true" },
    }[what] ?? { delete: say("other") };
    const before = await pulumi.resources();
    const { text } = await pulumi.up(program(args(change)));
    expect(text).toMatch(/1 updated/);
    expect((await lines())[0]).toMatch(/^update after /);
    expect((await pulumi.resources()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await pulumi.outputs()).toMatchObject({ stdout: "updated" });
  });

  test("a change of triggers replaces: the new one first, then the old one's delete", async () => {
    expect(await pulumi.up(program(args({})))).toMatchObject({ ok: true });
    await writeFile(journal, "");
    const { text } = await pulumi.up(program(args({ triggers: ["b"] })));
    expect(text).toMatch(/1 replaced/);
    expect(await lines()).toEqual(["create", "delete after updated"]);
  });

  test("destruction runs the recorded delete with the output before", async () => {
    await pulumi.program("throw new Error('not needed');");
    await pulumi.must("destroy", "--yes", "--skip-preview");
    expect(await lines()).toEqual(["delete after from stdin"]);
    expect(await pulumi.resources()).toEqual([]);
  });
});

describe("failure", () => {
  test("of create is shown with all output and not recorded, so delete never runs", async () => {
    const failing = JSON.stringify({ create: "echo half; echo why >&2; exit 3", delete: say("delete") });
    const { ok, text } = await pulumi.up(program(failing));
    expect(ok).toBe(false);
    expect(text).toMatch(/exit status 3: running "echo half[^]*half[^]*why/);
    expect(await pulumi.resources()).toEqual([]);
    await pulumi.must("destroy", "--yes", "--skip-preview");
    expect(await lines()).toEqual([]);
  });

  test("of update keeps what was recorded", async () => {
    expect(await pulumi.up(program(JSON.stringify({ create: "echo first" })))).toMatchObject({ ok: true });
    const { ok } = await pulumi.up(program(JSON.stringify({ create: "echo first", update: "exit 1" })));
    expect(ok).toBe(false);
    expect(await pulumi.resources()).toMatchObject([{ outputs: { create: "echo first", stdout: "first" } }]);
  });

  test("of the inputs stops the preview and names the property", async () => {
    await pulumi.program(program('{ create: "true", logging: "loud" as any }'));
    const { ok, text } = await pulumi.run("preview");
    expect(ok).toBe(false);
    expect(text).toMatch(/logging must be one of stdout, stderr, stdoutAndStderr, none/);
  });

  test("of the program itself is shown once, with its message", async () => {
    await pulumi.program(brokenProgram);
    const { ok, text } = await pulumi.run("preview");
    expect(ok).toBe(false);
    expect(text).toMatch(/the program is wrong/);
    expect(text).not.toMatch(/non-zero exit code/);
  });
});

test("a secret input makes the output secret and is not in the state", async () => {
  const source = program('{ create: pulumi.secret("printf pass; printf word") }');
  expect(await pulumi.up(source)).toMatchObject({ ok: true });
  expect(await pulumi.must("stack", "output")).toMatch(/stdout\s+\[secret\]/);
  expect(await pulumi.outputs()).toMatchObject({ stdout: "password" });
  expect(await pulumi.must("stack", "export")).not.toMatch(/password|printf pass/);
});

test("lines are shown as they come, unless logging is off", async () => {
  const shown = await pulumi.up(program(JSON.stringify({ create: "echo loud and clear" })));
  expect(shown.text).toMatch(/Command one .*loud and clear/);
  const silent = await pulumi.up(program(JSON.stringify({ create: "echo not a word", logging: "none" })));
  expect(silent.ok).toBe(true);
  expect(silent.text).not.toMatch(/Command one .*not a word$/m);
});

test("run runs in previews too, and a command may read what another one has printed", async () => {
  await pulumi.program(`
import { local } from "@pulumi/command";
const asked = await local.run({ command: "echo $WORD", environment: { WORD: "asked" } });
const first = new local.Command("first", { create: "echo 1" });
const second = new local.Command("second", { create: "cat", stdin: first.stdout.apply((text) => asked.stdout + text) });
export const result = second.stdout;
`);
  expect(await pulumi.must("preview")).toMatch(/result\s*: \[unknown\]/);
  await pulumi.must("up", "--yes", "--skip-preview");
  expect(await pulumi.outputs()).toEqual({ result: "asked1" });
});

test("commands do not outlive a CLI that is killed", async () => {
  await pulumi.must("destroy", "--yes", "--skip-preview");
  await pulumi.program(program(JSON.stringify({ create: `echo $$ >> ${journal}; exec sleep 300` })));
  const running = pulumi.start("up", "--yes", "--skip-preview");
  const pid = await eventually(async () => {
    const [line = ""] = await lines();
    expect(line).toMatch(/^\d+$/);
    return Number(line);
  }, 60_000);
  running.kill("SIGKILL");
  await running;
  await eventually(() => {
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    return Promise.resolve();
  }, 30_000);
});

test("about and stack know the project through the language host", async () => {
  const about = await pulumi.must("about");
  expect(about).toMatch(/This project is written in nodejs[^\n]*version='v\d+/);
});
