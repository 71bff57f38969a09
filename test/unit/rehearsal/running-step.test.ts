import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runningStep } from "../../../rehearsal/running-step.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "running-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function journal(run: string, ...records: Record<string, unknown>[]): Promise<void> {
  await mkdir(join(dir, run), { recursive: true });
  await writeFile(join(dir, run, "journal.ndjson"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}
const started = (step: string, second: number, pid = 7) => ({
  time: `2026-11-25T18:48:0${second}.000Z`,
  type: "started",
  step,
  pid,
});
const failed = (step: string) => ({ time: "2026-11-25T18:48:09.000Z", type: "failed", step, error: "x" });

test("who holds up the next one is named by step, time and process", async () => {
  await journal("cluster", started("apply", 1), failed("apply"));
  await journal("latest", started("baseline", 2), failed("baseline"), started("upgrade", 3, 4711));
  expect(await runningStep(dir)).toBe("step upgrade, begun at 2026-11-25T18:48:03.000Z by process 4711");
  // One that was killed left its beginning, too; the last one is it.
  await journal("cluster", started("delete", 5, 8));
  expect(await runningStep(dir)).toMatch(/^step delete/);
});

test("nobody is named where the journals say of none", async () => {
  expect(await runningStep(dir)).toBeUndefined();
  await journal("latest", started("upgrade", 3), failed("upgrade"));
  expect(await runningStep(dir)).toBeUndefined();
});
