import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { RehearsalError, textOf } from "../../../rehearsal/errors.ts";
import { runStep } from "../../../rehearsal/step-runner.ts";
import type { Step } from "../../../rehearsal/steps/step.ts";
import { real, type Surroundings } from "../../../rehearsal/surroundings.ts";
import { configOf } from "./config.fixture.ts";

let dir: string;
let shown: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "runner-"));
  shown = [];
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const around = (body: Step["run"]): Surroundings => ({
  step: () => Promise.resolve({ title: "do it", phase: "create", run: body }),
  clusterVersion: () => Promise.resolve("1.34.3"),
  recordTools: () => Promise.resolve(),
  keepEvidence: () => Promise.resolve(undefined),
  lock: () => Promise.resolve(() => Promise.resolve()),
  holding: (_step, _config, work) => work(),
  show: (line) => void shown.push(line),
});

test("a journal that cannot be written hides no failure", async () => {
  const failing = around(async ({ run }) => {
    await rm(run.path("journal.ndjson"));
    await mkdir(run.path("journal.ndjson"));
    throw new RehearsalError("kops failed");
  });
  await expect(runStep("apply", configOf({ runsDir: dir }), failing)).rejects.toThrow("kops failed");
  expect(shown.join("\n")).toMatch(/journal\.ndjson cannot be written: (Error: )?EISDIR/);
});

test("a journal that is damaged keeps no mirror alive", async () => {
  await mkdir(join(dir, "cluster", "logs"), { recursive: true });
  await writeFile(join(dir, "cluster", "journal.ndjson"), "\0\n");
  const whole = around(() => Promise.resolve({ result: {} }));
  await expect(runStep("kubeconfig", configOf({ runsDir: dir }), whole)).rejects.toThrow("is damaged");
  await expect(runStep("delete", configOf({ runsDir: dir }), whole)).resolves.toEqual({ result: {} });
  expect(await readFile(join(dir, "cluster", "journal.ndjson"), "utf8")).toMatch(/"finished","step":"delete"/);
});

test("whatever ends a command says what to do next", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(textOf(full)).toMatch(/^ENOSPC[^]*\n {2}Next: make room/);
  expect(textOf(new TypeError("x is undefined"))).toMatch(/\n {2}Next: run the same command again/);
  expect(textOf(new RehearsalError("no", { next: "that" }))).toBe("no\n  Next: that");
});

test("a folder that cannot be locked is not said to be another step's", async () => {
  await expect(real.lock(join(dir, "none", "test"))).rejects.toMatchObject({ code: "ENOENT" });
  const release = await real.lock(dir);
  await release();
});
