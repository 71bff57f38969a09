import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { decodeSamples, type SegmentInfo } from "../../../analysis/sample-file.ts";
import { parseEvents } from "../../../analysis/events.ts";
import { EventLog } from "../../../rehearsal/event-log.ts";
import { run as runCommand } from "../../../rehearsal/exec.ts";
import { readIfThere, writeJson } from "../../../rehearsal/files.ts";
import { Collector } from "../../../rehearsal/load/collector.ts";
import { finishLoad } from "../../../rehearsal/load/finish.ts";
import { Run } from "../../../rehearsal/run.ts";
import { configOf } from "../rehearsal/config.fixture.ts";

/** A file system of its own, with room for little: real ENOSPC. Needs root, or a user namespace that may mount. */
let dir: string;
let ballast: string;
const info: SegmentInfo = { run: "r", kind: "upgrade", epochMs: 1_795_413_465_000, rate: 200 };

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", dir]);
  ballast = join(dir, "ballast");
});
afterAll(() => {
  execFileSync("umount", [dir]);
  rmSync(dir, { recursive: true });
});
beforeEach(() => {
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
});

/** Leaves room for so many bytes; a tmpfs counts in pages. */
function fill(leave = 0): void {
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - leave));
}

const line = (number: number): string => `~f ${number} ${info.epochMs + number * 10}000 0 3417 200 0 1 web-${number}`;

test("the journal keeps what it had, and goes on where it stopped once there is room", async () => {
  const run = new Run("r", dir);
  run.record({ type: "started", step: "upgrade", pid: 1 });
  fill();
  const failed = (): void => {
    for (let i = 0; i < 200; i++) run.record({ type: "failed", step: "upgrade", error: "e".repeat(100) });
  };
  expect(failed).toThrow(/ENOSPC/);
  const kept = await run.journal();
  // Whole records only: the file's last line is one.
  expect(readFileSync(run.path("journal.ndjson"), "utf8").endsWith("\n")).toBe(true);
  expect(kept[0]).toMatchObject({ type: "started" });
  rmSync(ballast);
  run.record({ type: "finished", step: "upgrade", result: {} });
  expect(await run.journal()).toEqual([...kept, expect.objectContaining({ type: "finished" })]);
});

test("a file that is written whole keeps its old contents, and leaves nothing else behind", async () => {
  const file = join(dir, "baseline.json");
  await writeJson(file, { old: true });
  fill();
  await expect(writeJson(file, { text: "x".repeat(100_000) })).rejects.toThrow(/ENOSPC/);
  expect(JSON.parse((await readIfThere(file)) ?? "")).toEqual({ old: true });
  expect(readdirSync(dir).sort()).toEqual(["ballast", "baseline.json"]);
});

test("events are shown when they cannot be kept, and kept again once there is room", () => {
  const shown: string[] = [];
  const log = new EventLog(join(dir, "events.ndjson"), "nodes", (text) => shown.push(text));
  fill();
  for (let i = 0; i < 200; i++) log.emit({ kind: "note", message: `${i} ${"m".repeat(100)}` });
  expect(shown.filter((text) => /cannot be written.*ENOSPC/.test(text))).toHaveLength(1);
  expect(shown).toHaveLength(201);
  rmSync(ballast);
  log.emit({ kind: "note", message: "the last" });
  log.close();
  const events = parseEvents(readFileSync(join(dir, "events.ndjson"), "utf8"));
  expect(events.length).toBeLessThan(200);
  expect(events.map(({ message }) => message).at(-1)).toBe("the last");
});

test("samples that were kept can be read; that others were not is in the result", async () => {
  const samplesFile = join(dir, "upgrade.samples");
  const collector = new Collector(samplesFile, info);
  for (let number = 0; number < 5000; number++) collector.push(line(number));
  fill(8192);
  for (let number = 5000; number < 40_000; number++) collector.push(line(number));
  rmSync(ballast);
  collector.push("~end");
  collector.close();
  const { samples, complete } = decodeSamples(readFileSync(samplesFile));
  expect(complete).toBe(true);
  expect(samples.length).toBeGreaterThanOrEqual(5000);
  expect(samples.length).toBeLessThan(40_000);
  expect(samples.map(({ target }) => target)).toEqual(samples.map((_, number) => `web-${number}`));

  const config = configOf();
  const ends = [{ name: "", exitCode: 105 }];
  const ended = { config, kind: "upgrade" as const, samplesFile, logFile: "", collector, info, ends, version: "1" };
  const result = await finishLoad({ ...ended, stopped: true });
  expect(result).toMatchObject({ complete: false, exitClass: "finished" });
  expect(result.problem).toMatch(/requests could not be kept: .*ENOSPC/);
});

test("a program whose log has no room runs to its end", async () => {
  const logFile = join(dir, "kops.log");
  fill();
  const script = "for (let i = 0; i < 2000; i++) console.log('l'.repeat(100)); console.log('the end')";
  const result = await runCommand({
    file: process.execPath,
    args: ["-e", script],
    cluster: "mirror",
    timeLimitMs: 30_000,
    logFile,
  });
  expect(result.exitCode).toBe(0);
  expect(result.stdout.trimEnd().endsWith("the end")).toBe(true);
});
