import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, processStartTime } from "../../../processes/process-identity.ts";
import { ProcessSupervisor } from "../../../lab/process-supervisor.ts";
import { eventually } from "./eventually.ts";

let dir: string;
let processes: ProcessSupervisor;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lab-processes-"));
  processes = new ProcessSupervisor(dir);
});
afterEach(async () => {
  await processes.close();
  rmSync(dir, { recursive: true });
});

const shell = (name: string, script: string): { name: string; command: string; args: string[] } => ({
  name,
  command: "/bin/sh",
  args: ["-c", script],
});

/** The child's id; `start` throws rather than return a child without one. */
const pidOf = (child: { pid?: number }): number => child.pid ?? -1;

describe("processes of the lab", () => {
  test("write their output to a log of their name", async () => {
    await new Promise((resolve) => {
      processes.start({
        ...shell("talker", "echo $GREETING; echo oops >&2"),
        env: { GREETING: "hello" },
        onExit: resolve,
      });
    });
    expect(readFileSync(join(dir, "logs", "talker.log"), "utf8")).toBe("hello\noops\n");
  });

  test("report an end of their own, but not one that was ordered", async () => {
    const ends: [string, number | null][] = [];
    processes.start({ ...shell("failing", "exit 3"), onExit: (code) => ends.push(["failing", code]) });
    const stopped = processes.start({
      ...shell("stopped", "sleep 60"),
      onExit: (code) => ends.push(["stopped", code]),
    });
    await processes.stop(stopped);
    await eventually(() => expect(ends).toEqual([["failing", 3]]));
    expect(processes.list()).toEqual([]);
  });

  test("are killed when they ignore SIGTERM", async () => {
    const child = processes.start(shell("stubborn", 'trap "" TERM; echo ready; while :; do sleep 1; done'));
    await eventually(() => expect(readFileSync(join(dir, "logs", "stubborn.log"), "utf8")).toBe("ready\n"));
    await processes.stop(child, 50);
    expect(child.signalCode).toBe("SIGKILL");
  });

  test("take their own children with them", async () => {
    const child = processes.start(shell("parent", "sleep 60 & echo $!; wait"));
    const log = join(dir, "logs", "parent.log");
    await eventually(() => expect(readFileSync(log, "utf8")).toMatch(/^\d+\n$/));
    const grandchild = Number(readFileSync(log, "utf8"));
    expect(isAlive(grandchild, "")).toBe(true);
    await processes.stop(child);
    await eventually(() => expect(isAlive(grandchild, "")).toBe(false));
  });

  test("are refused with a reason when there is no such program", () => {
    expect(() => processes.start({ name: "missing", command: join(dir, "nothing"), args: [] })).toThrow(
      /missing could not be started: .*nothing does not exist/,
    );
    expect(() => processes.start(shell("../escape", "true"))).toThrow(/cannot name a process/);
  });

  test("are registered with the next guardian when one is killed", async () => {
    const child = processes.start(shell("survivor", "sleep 60"));
    const first = processes.guardianPid ?? -1;
    process.kill(first, "SIGKILL");
    await eventually(() => expect([undefined, first]).not.toContain(processes.guardianPid));
    expect(isAlive(pidOf(child), "")).toBe(true);
  });
});

describe("the identity of a process", () => {
  test("needs the id and the start time", () => {
    const start = processStartTime(process.pid);
    expect(isAlive(process.pid, start)).toBe(true);
    expect(isAlive(process.pid, "1")).toBe(start === "");
    expect(isAlive(2 ** 22 + 1, "")).toBe(false);
  });
});
