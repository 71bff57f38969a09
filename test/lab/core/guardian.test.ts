import { expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isAlive } from "../../../processes/process-identity.ts";
import { eventually } from "../../unit/lab/eventually.ts";

const program = fileURLToPath(new URL("crashing-supervisor.ts", import.meta.url));

/** Ids of the live processes that carry the mark of this lab. */
function marked(owner: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const isMarked = readFileSync(`/proc/${pid}/environ`, "latin1").includes(`REHEARSAL_LAB_OWNER=${owner}`);
      return isMarked && isAlive(Number(pid), "");
    } catch {
      return false; // not a process, or gone
    }
  });
}

test.each([
  ["kill -9 of the supervisor", ""],
  ["kill -9 of the guardian, then of the supervisor", "kill-guardian"],
])("%s leaves nothing", async (_name, mode) => {
  const dir = mkdtempSync(join(tmpdir(), "lab-guardian-"));
  try {
    const supervisor = spawn(process.execPath, ["--import", "tsx", program, dir, mode], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: supervisor.stdout }).once("line", resolve),
    );
    const { pids, guardian, owner } = JSON.parse(line) as { pids: number[]; guardian: number; owner: string };
    await eventually(() => expect(marked(owner).length).toBeGreaterThan(pids.length)); // grandchildren too
    expect(isAlive(guardian, "")).toBe(true);

    supervisor.kill("SIGKILL");

    await eventually(() => expect(marked(owner)).toEqual([]));
    await eventually(() => expect([...pids, guardian].filter((pid) => isAlive(pid, ""))).toEqual([]));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
