import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { LinePipe } from "../../../rehearsal/load/line-pipe.ts";

/** A program of Node.js that has the pipe as its standard error. */
const writer = async (program: string, take: (line: string) => void): Promise<void> => {
  const pipe = await LinePipe.create("mirror.k8s.example.com");
  const running = pipe.open((descriptor) =>
    spawn(process.execPath, ["-e", program], { stdio: ["ignore", "ignore", descriptor], timeout: 60_000 }),
  );
  const ended = once(running, "exit");
  await pipe.lines(take);
  await ended;
};

describe("the pipe that k6 writes its lines to", () => {
  test("hands over every line, in order, of a writer that is quicker than its reader", async () => {
    const got: string[] = [];
    const program = `const fs = require("fs"); for (let i = 0; i < 20000; i++) fs.writeSync(2, "line " + i + " é\\n");`;
    await writer(program, (line) => got.push(line));
    expect(got).toEqual(Array.from({ length: 20_000 }, (_, i) => `line ${i} é`));
  });

  test("hands over a line that was not finished when its writer was killed", async () => {
    const got: string[] = [];
    const program = `require("fs").writeSync(2, "whole\\nhal"); process.kill(process.pid, "SIGKILL")`;
    await writer(program, (line) => got.push(line));
    expect(got).toEqual(["whole", "hal"]);
  });

  test("is closed, and leaves no file, when its program could not be started", async () => {
    // A folder of its own: a k6 that somebody else starts at the same time has its pipe in the usual one.
    const parent = await mkdtemp(join(tmpdir(), "pipes-"));
    const pipe = await LinePipe.create("mirror.k8s.example.com", parent);
    expect(() =>
      pipe.open(() => {
        throw new Error("no such program");
      }),
    ).toThrow("no such program");
    const got: string[] = [];
    await pipe.lines((line) => got.push(line));
    expect({ got, left: await readdir(parent) }).toEqual({ got: [], left: [] });
    await rm(parent, { recursive: true });
  });
});
