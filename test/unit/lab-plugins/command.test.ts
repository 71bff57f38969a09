import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkInputs, commandKinds } from "../../../lab/plugins/command/inputs.ts";
import { lineSplitter, runProgram, type ProgramSpec } from "../../../lab/plugins/command/program.ts";
import { commandEnv, isLogged } from "../../../lab/plugins/command/run.ts";
import { UNKNOWN } from "../../../lab/plugins/provider/values.ts";

const signal = new AbortController().signal;

function shell(command: string, more: Partial<ProgramSpec> = {}) {
  const spec = { interpreter: ["/bin/sh", "-c"], command, cwd: "/", env: process.env, stdin: "", signal };
  return runProgram({ ...spec, ...more });
}

describe("the environment of a command", () => {
  test("is the plugin's, then the command's, then the output before", () => {
    const env = commandEnv({ A: "1", B: "1" }, { environment: { B: "2" } }, { stdout: "out", stderr: "" });
    expect(env).toEqual({ A: "1", B: "2", PULUMI_COMMAND_STDOUT: "out" });
  });

  test("is without the output before when that is not wanted", () => {
    expect(commandEnv({}, { addPreviousOutputInEnv: false }, { stdout: "out", stderr: "err" })).toEqual({});
  });
});

test.each([
  [undefined, true, true],
  ["stdout", true, false],
  ["stderr", false, true],
  ["stdoutAndStderr", true, true],
  ["none", false, false],
] as const)("logging %s shows stdout %s and stderr %s", (logging, stdout, stderr) => {
  const inputs = logging === undefined ? {} : { logging };
  expect([isLogged(inputs, "stdout"), isLogged(inputs, "stderr")]).toEqual([stdout, stderr]);
});

describe("inputs", () => {
  test("of the right types, or not known yet, pass", () => {
    const inputs = { create: UNKNOWN, environment: { A: UNKNOWN }, triggers: [1, { a: "b" }], logging: "none" };
    expect(checkInputs(inputs, commandKinds)).toEqual([]);
  });

  test("of wrong types are named with what is allowed", () => {
    const failures = checkInputs({ create: 1, environment: { A: 1 }, logging: "all", comand: "x" }, commandKinds);
    expect(failures.map(({ property }) => property)).toEqual(["create", "environment", "logging", "comand"]);
    expect(failures.map(({ reason }) => reason).join("\n")).toMatch(
      /one of stdout, stderr[^]*unknown property "comand"/,
    );
  });

  test("that ask for files are refused by name", () => {
    expect(checkInputs({ assetPaths: ["*"] }, commandKinds)[0]?.reason).toMatch(/assetPaths.*official plugin/);
  });
});

describe("running a program", () => {
  test("collects both streams without their last line end and hands on the input", async () => {
    const seen: string[] = [];
    const output = await shell("cat; echo; echo two; echo bad >&2", {
      stdin: "one",
      onLine: (stream, line) => void seen.push(`${stream} ${line}`),
    });
    expect(output).toEqual({ stdout: "one\ntwo", stderr: "bad" });
    expect(seen.sort()).toEqual(["stderr bad", "stdout one", "stdout two"]);
  });

  test("takes a line of any length", async () => {
    const length = 300_000;
    const { stdout } = await shell(`head -c ${length} /dev/zero | tr '\\0' x`);
    expect(stdout).toHaveLength(length);
  });

  test("fails with the status, the command and all it has written", async () => {
    const failure = shell("echo so far; echo why >&2; exit 3");
    await expect(failure).rejects.toThrow(/^exit status 3: running "echo so far[^]*so far[^]*why/);
  });

  test("fails when the interpreter is not there", async () => {
    await expect(shell("x", { interpreter: ["/no/such/shell"] })).rejects.toThrow(/ENOENT.*running "x"/);
  });

  test("does not mind a command that leaves its input unread", async () => {
    await expect(shell("exit 0", { stdin: "x".repeat(1 << 20) })).resolves.toEqual({ stdout: "", stderr: "" });
  });

  test("interrupts the whole process group when it is cancelled", async () => {
    const controller = new AbortController();
    const running = shell("trap 'echo interrupted; exit 9' INT; echo up; sleep 60 & wait", {
      signal: controller.signal,
      // A shell's background processes ignore SIGINT, but not what follows.
      graceMs: { term: 100, kill: 10_000 },
      onLine: (_stream, line) => {
        if (line === "up") controller.abort(new Error("cancelled"));
      },
    });
    await expect(running).rejects.toThrow(/exit status 9[^]*interrupted/);
  });

  test("kills what does not listen", async () => {
    const controller = new AbortController();
    const running = shell("trap '' INT TERM; echo up; while :; do sleep 0.05; done", {
      signal: controller.signal,
      graceMs: { term: 50, kill: 100 },
      onLine: () => controller.abort(new Error("cancelled")),
    });
    await expect(running).rejects.toThrow(/signal: SIGKILL/);
  });

  test("starts nothing once it is cancelled", async () => {
    const aborted = AbortSignal.abort(new Error("the update was cancelled"));
    await expect(shell("echo", { signal: aborted })).rejects.toThrow(/^the update was cancelled/);
  });
});

test("lines are the same however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.integer({ min: 1, max: 7 }), (parts, size) => {
      const lines = parts.map((part) => part.replace(/[\r\n]/g, ""));
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const seen: string[] = [];
      const splitter = lineSplitter((line) => void seen.push(line));
      for (let start = 0; start < bytes.length; start += size) splitter.push(bytes.subarray(start, start + size));
      splitter.end();
      expect(seen).toEqual(lines);
    }),
  );
});
