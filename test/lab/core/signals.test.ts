import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "@jest/globals";
import { isAlive } from "../../../processes/process-identity.ts";
import { eventually } from "../../unit/lab/eventually.ts";

const program = fileURLToPath(new URL("interruptible.ts", import.meta.url));
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});

/** Starts it; `lines` grows with what it prints, `pids` are those of what it runs. */
async function start(mode: string): Promise<{ lines: string[]; pids: number[]; ended: Promise<number | null> }> {
  child = spawn(process.execPath, ["--import", "tsx", program, mode], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const lines: string[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  await eventually(() => expect(lines[0]).toMatch(/^pids/));
  const pids = (lines[0] ?? "").split(" ").slice(1).map(Number);
  expect(pids.filter((pid) => isAlive(pid, ""))).toHaveLength(2);
  return { lines, pids, ended };
}

const gone = (pids: readonly number[]) => eventually(() => expect(pids.filter((pid) => isAlive(pid, ""))).toEqual([]));

test("Ctrl-C once: what runs is asked to end, is waited for, and leaves no process behind", async () => {
  const { lines, pids, ended } = await start("obliging");
  child?.kill("SIGINT");
  expect(await ended).toBe(130);
  // Its last words may be read after its end is known.
  await eventually(() => expect(lines.slice(1)).toEqual(["sigint", "thrown Stopped by SIGINT."]));
  await gone(pids);
});

test("Ctrl-C twice: it ends at once, and so does what does not want to", async () => {
  const { lines, pids, ended } = await start("stubborn");
  child?.kill("SIGINT");
  await eventually(() => expect(lines).toContain("sigint"));
  expect(isAlive(pids[0] ?? -1, "")).toBe(true);
  child?.kill("SIGINT");
  expect(await ended).toBe(130);
  await gone(pids);
});

test("the terminal is gone: as by Ctrl-C once, however often it hangs up", async () => {
  const { lines, pids, ended } = await start("obliging");
  child?.kill("SIGHUP");
  await eventually(() => expect(lines).toContain("sigint"));
  child?.kill("SIGHUP");
  expect(await ended).toBe(130);
  await eventually(() => expect(lines.slice(1)).toEqual(["sigint", "thrown Stopped by SIGHUP."]));
  await gone(pids);
});

test("kill -9: what it ran does not go on without it", async () => {
  const { pids, ended } = await start("stubborn");
  child?.kill("SIGKILL");
  expect(await ended).toBeNull();
  await gone(pids);
});
