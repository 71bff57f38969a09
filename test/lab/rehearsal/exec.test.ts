import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isAlive } from "../../../processes/process-identity.ts";
import { CommandError, run, shown, type Command } from "../../../rehearsal/exec.ts";
import { eventually } from "../../unit/lab/eventually.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "exec-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

function node(script: string, changes: Partial<Command> = {}): Command {
  const logFile = join(dir, "program.log");
  return { file: process.execPath, args: ["-e", script], cluster: "mirror", timeLimitMs: 30_000, logFile, ...changes };
}

test("output comes line by line, whole, and into the log", async () => {
  const lines: string[] = [];
  const command = node("console.log('a'); console.error('b'); process.stdout.write('c')", {
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  });
  const { exitCode, stdout, stderr } = await run(command);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "a\nc", stderr: "b\n" });
  expect(lines.sort()).toEqual(["stderr b", "stdout a", "stdout c"]);
  const log = await readFile(join(dir, "program.log"), "utf8");
  for (const line of ["a", "b", "c"]) expect(log.split("\n")).toContain(line);
  expect(log).toMatch(/ exit 0\n$/);
});

test("a failure says command, cluster, status, last words and log", async () => {
  const failure = run(node("console.error('no such bucket'); process.exit(3)"));
  await expect(failure).rejects.toThrow(CommandError);
  const message = await failure.catch((error: Error) => error.message);
  expect(message).toMatch(/exit status 3 \(cluster mirror\)/);
  expect(message).toContain("no such bucket");
  expect(message).toContain(join(dir, "program.log"));
});

test("a program that is not there", async () => {
  const failure = run({ ...node(""), file: "no-such-program", args: [] });
  await expect(failure).rejects.toThrow("no-such-program: the program is not on PATH (cluster mirror)");
});

test("the time limit ends the program and what it started", async () => {
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    console.log(child.pid);
    process.on("SIGINT", () => {});
    setInterval(() => {}, 1000);`;
  const within = (timeLimitMs: number) =>
    run(node(script, { timeLimitMs, graceMs: 300 })).catch((error: unknown) => error as CommandError);
  let failure = await within(1000);
  // One that has said nothing yet was not given the time to start another one.
  if (failure.stdout === "") failure = await within(20_000);
  expect(failure).toBeInstanceOf(CommandError);
  expect((failure as CommandError).problem).toMatch(/time limit of (1|20)s/);
  const grandchild = Number(failure.stdout.trim());
  expect(grandchild).toBeGreaterThan(0);
  await eventually(() => expect(isAlive(grandchild, "")).toBe(false));
});

test("an abort ends the program and is what is thrown", async () => {
  const abort = new AbortController();
  const command = node("process.on('SIGINT', () => process.exit(0)); setInterval(() => {}, 1000); console.log('up')", {
    signal: abort.signal,
    onLine: () => abort.abort(new Error("stopped by SIGTERM")),
  });
  await expect(run(command)).rejects.toThrow("stopped by SIGTERM");
});

test("a secret on standard output stays out of the log", async () => {
  const command = node("console.log('s3cret'); console.error('hello')", { secretOutput: true });
  expect((await run(command)).stdout).toBe("s3cret\n");
  const log = await readFile(join(dir, "program.log"), "utf8");
  expect(log).toContain("hello");
  expect(log.split("\n")).not.toContain("s3cret");
});

test("arguments are shown as one would type them", () => {
  const args = ["update", "--yes", "a b", "it's", ""];
  expect(shown({ file: "kops", args })).toBe("kops update --yes 'a b' 'it'\\''s' ''");
});
