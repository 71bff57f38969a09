import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { run } from "../../../rehearsal/exec.ts";

test("a program that is about to begin when its signal comes does not begin", async () => {
  const dir = await mkdtemp(join(tmpdir(), "exec-"));
  try {
    const abort = new AbortController();
    const began = join(dir, "began");
    const running = run({
      file: process.execPath,
      args: ["-e", `require("node:fs").writeFileSync(${JSON.stringify(began)}, "")`],
      cluster: "mirror",
      timeLimitMs: 30_000,
      logFile: join(dir, "logs", "program.log"),
      signal: abort.signal,
    });
    abort.abort(new Error("stopped by SIGINT"));
    await expect(running).rejects.toThrow("stopped by SIGINT");
    expect(existsSync(began)).toBe(false);
  } finally {
    await rm(dir, { recursive: true });
  }
});
