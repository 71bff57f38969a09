import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { execa } from "execa";
import { random } from "../../../analysis/random.ts";
import { judge } from "../../../analysis/judge.ts";
import { decodeSamples, type StoredSample } from "../../../analysis/sample-file.ts";
import { loadExit } from "../../../rehearsal/load/exit.ts";
import { dropsIterations } from "../../../rehearsal/load/line.ts";
import { k6Arguments } from "../../../rehearsal/load/plan.ts";
import { readLoadRun } from "../../../rehearsal/load-run.ts";
import { Run } from "../../../rehearsal/run.ts";
import { loadResultSchema } from "../../../rehearsal/load/result.ts";
import { startLoad } from "../../../rehearsal/load/start.ts";
import { findTools } from "../../../tools/index.ts";
import { input, run } from "../../unit/analysis/synthetic.ts";
import { configOf } from "../../unit/rehearsal/config.fixture.ts";
import { App, type Treatment } from "./app.ts";

let dir: string;
let app: App;

beforeAll(async () => {
  const { binDir } = await findTools({ only: ["k6"] });
  process.env["PATH"] = `${binDir}:${process.env["PATH"]}`;
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "load-"));
});
afterEach(async () => {
  await app.close();
  await rm(dir, { recursive: true, force: true });
});

async function start(treat?: (n: number, fresh: boolean) => Treatment): Promise<App> {
  app = new App(treat);
  await app.listen();
  return app;
}

async function samplesOf(kind: "baseline" | "upgrade"): Promise<StoredSample[]> {
  const { samples, complete } = decodeSamples(await readFile(join(dir, `${kind}.samples`)));
  expect(complete).toBe(true);
  return samples;
}

function tally(samples: readonly StoredSample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome, habit } of samples) if (habit !== "canary") counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

const load = (changes: object): ReturnType<typeof configOf> =>
  configOf({ targetUrl: app.url, load: { ...configOf().load, requestTimeoutSeconds: 5, ...changes } });

test("a fixed number of requests: each is counted as what the server did to it", async () => {
  const plan: Treatment[] = [
    ...Array<Treatment>(20).fill("503"),
    ...Array<Treatment>(3).fill("404"),
    ...Array<Treatment>(5).fill("empty"),
    ...Array<Treatment>(4).fill("never"),
  ];
  // Go repeats a request on a kept-alive connection that was just closed: only a fresh one shows each reset.
  let resets = 6;
  await start((n, fresh) => (n < plan.length ? (plan[n] ?? "ok") : fresh && resets-- > 0 ? "destroy" : "ok"));
  const running = await startLoad(load({ requests: 401, concurrency: 8 }), "baseline", dir);
  const result = await running.ended;

  expect(tally(await samplesOf("baseline"))).toEqual({
    ok: 401 - plan.length - 6,
    "http-5xx": 20,
    "http-other": 3,
    "wrong-body": 5,
    timeout: 4,
    reset: 6,
  });
  expect(app.seen).toBe(401);
  expect(result).toMatchObject({
    kind: "baseline",
    rate: null,
    failed: plan.length + 6,
    droppedIterations: 0,
    exitClass: "finished",
    complete: true,
    segments: 1,
  });
  expect(result.requests).toMatchObject({ fresh: 201, kept: 200 });
  expect(loadResultSchema.parse(JSON.parse(await readFile(join(dir, "baseline.json"), "utf8")))).toEqual(result);
});

test("requests that share a line: each has the answer and the pod that it had", async () => {
  const turns: Treatment[] = ["pod-a", "pod-a", "pod-b", "ok", "ok", "ok", "503", "pod-a", "empty", "empty"];
  const next = random(7);
  await start(() => turns[Math.floor(next() * turns.length)] ?? "ok");
  const running = await startLoad(load({ requests: 3001, concurrency: 6, requestTimeoutSeconds: 5 }), "baseline", dir);
  expect(await running.ended).toMatchObject({ complete: true, exitClass: "finished" });
  const counts: Record<string, number> = {};
  for (const { outcome, habit, target } of await samplesOf("baseline"))
    if (habit !== "canary") counts[`${outcome} ${target}`] = (counts[`${outcome} ${target}`] ?? 0) + 1;
  expect(counts).toEqual({
    "ok pod-a": app.done["pod-a"],
    "ok pod-b": app.done["pod-b"],
    "ok web-7d9f-1": app.done.ok,
    "http-5xx ": app.done["503"],
    "wrong-body ": app.done.empty,
  });
  expect(app.seen).toBe(3001);
});

test("without a number: one request after another, until told to stop", async () => {
  await start();
  const running = await startLoad(load({ requests: 1, concurrency: 6, requestTimeoutSeconds: 5 }), "upgrade", dir);
  await until(() => app.seen >= 2000);
  const result = await running.stop();
  const samples = (await samplesOf("upgrade")).filter(({ habit }) => habit !== "canary");
  expect(result).toMatchObject({ complete: true, exitClass: "finished", failed: 0 });
  expect(tally(samples)).toEqual({ ok: samples.length });
  expect(samples.length).toBeGreaterThanOrEqual(2000);
  expect(samples.length).toBeLessThanOrEqual(app.seen);
  // Six at a time, one after another: together they cannot have taken longer than six times all of it. The clocks of
  // the six differ by up to a millisecond.
  const sum = samples.reduce((ms, { durationMs }) => ms + durationMs, 0);
  const from = Math.min(...samples.map(({ dueMs }) => dueMs));
  const to = Math.max(...samples.map(({ dueMs, durationMs }) => dueMs + durationMs));
  expect(sum).toBeLessThanOrEqual(6 * (to - from + 1));
});

test("an arrival rate: every request is in the file, due at its time, a stall counts from then", async () => {
  // Nothing is answered to 30 requests in a row; k6 goes on sending all the same.
  await start((n) => (n >= 100 && n < 130 ? "never" : "ok"));
  const running = await startLoad(load({ rate: 100, durationSeconds: 4 }), "baseline", dir);
  await running.began;
  const result = await running.ended;
  const samples = await samplesOf("baseline");

  expect(result).toMatchObject({
    rate: 100,
    droppedIterations: 0,
    exitClass: "finished",
    complete: true,
    k6ExitCode: 0,
  });
  expect(result.requests.fresh + result.requests.kept).toBe(app.seen);
  expect(tally(samples)).toEqual({ ok: app.seen - 30, timeout: 30 });
  for (const { outcome, durationMs } of samples)
    if (outcome === "timeout") expect(durationMs).toBeGreaterThanOrEqual(5000);

  for (const habit of ["fresh", "kept"] as const) {
    const due = samples.filter((sample) => sample.habit === habit).map((sample) => sample.dueMs);
    due.sort((a, b) => a - b);
    expect(due.length).toBe(result.requests[habit]);
    const [first = 0] = due;
    expect(due).toEqual(due.map((_, index) => Math.round((first + index * 20) * 10) / 10));
  }
  const canaries = samples.filter(({ habit }) => habit === "canary");
  expect(canaries.length).toBe(result.requests.canary);
  expect(new Set(canaries.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
  expect(
    new Set(samples.filter(({ outcome, habit }) => outcome === "ok" && habit !== "canary").map(({ target }) => target)),
  ).toEqual(new Set(["web-7d9f-1"]));
});

test("a server that refuses for a while; the load ends when it is told to, with nothing lost", async () => {
  await start();
  const running = await startLoad(load({ rate: 200 }), "upgrade", dir);
  await running.began;
  await until(() => app.seen >= 100);
  await app.close();
  await until(() => running.progress().failed >= 40);
  const before = app.seen;
  await app.listen();
  await until(() => app.seen >= before + 100);
  const result = await running.stop();
  const counts = tally(await samplesOf("upgrade"));

  expect(result).toMatchObject({ exitClass: "finished", complete: true, droppedIterations: 0, k6ExitCode: 105 });
  expect(counts["refused"]).toBeGreaterThanOrEqual(30);
  // Sent on a connection while it was being closed, a request is lost with it.
  expect(Object.keys(counts).filter((outcome) => !["ok", "refused", "reset"].includes(outcome))).toEqual([]);
  // Those due after the stop are left out, in the file as in the counts.
  const requests = result.requests.fresh + result.requests.kept;
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(requests);
  expect(result.failed).toBe(requests - (counts["ok"] ?? 0));
  expect(counts["ok"]).toBeLessThanOrEqual(app.seen);
});

test("k6 killed in the middle is seen; what it had sent is kept; the load can be taken up again", async () => {
  await start();
  const config = load({ rate: 100, durationSeconds: 60 });
  const running = await startLoad(config, "upgrade", dir);
  await until(() => app.seen >= 50);
  if (running.pid === undefined) throw new Error("k6 has no process id");
  process.kill(running.pid, "SIGKILL");
  const result = await running.ended;
  expect(result).toMatchObject({ complete: false, exitClass: "failed", k6ExitCode: null });
  expect(result.problem).toMatch(/ended early \(by a signal\); log: .*k6-upgrade\.log/);
  const kept = await samplesOf("upgrade");
  expect(kept.filter(({ habit }) => habit !== "canary").length).toBe(result.requests.fresh + result.requests.kept);
  expect(kept.length).toBeGreaterThan(0);
  expect(tally(kept)).toEqual({ ok: result.requests.fresh + result.requests.kept });

  // None of the requests failed, and yet it is no sound measurement: the others are missing.
  const upgrade = await readLoadRun(new Run("killed", dir), "upgrade");
  const baseline = run({ seed: 1, seconds: 60, rate: 100 });
  const { verdict, reasons } = judge(input({ baseline, upgrade, events: [] }));
  expect(verdict).toBe("INCONCLUSIVE");
  expect(reasons.join("\n")).toMatch(/load generator failed during the upgrade/);

  const again = await startLoad(config, "upgrade", dir);
  await again.began;
  const resumed = await again.stop();
  expect(resumed).toMatchObject({ segments: 2, complete: false, exitClass: "finished" });
  const both = await samplesOf("upgrade");
  expect(both.slice(0, kept.length)).toEqual(kept);
  expect(both.length).toBeGreaterThan(kept.length);
});

test("a name that does not resolve", async () => {
  await start();
  const config = load({ rate: 50, durationSeconds: 1 });
  // Not a name by the rules of DNS: the resolver refuses it by itself, without asking anybody.
  const running = await startLoad({ ...config, targetUrl: "http://no..such.host/" }, "baseline", dir);
  const result = await running.ended;
  expect(result).toMatchObject({ exitClass: "finished", complete: true });
  expect(tally(await samplesOf("baseline"))).toEqual({ dns: result.requests.fresh + result.requests.kept });
  expect(app.seen).toBe(0);
});

test("what k6 says by its exit status", async () => {
  await start();
  const init = 'import exec from "k6/execution"; import { sleep } from "k6";';
  const rate = "executor: 'constant-arrival-rate', rate: 50, timeUnit: '1s', duration: '1s', preAllocatedVUs: 1";
  const scripts = {
    99: `${init} export const options = { thresholds: { iterations: ["count>5"] } }; export default () => {};`,
    104: `${init} export const options = { scenarios: { a: { executor: 'constant-vus', vus: 0, duration: '1s' } } }; export default () => {};`,
    107: `${init} throw new Error("no");`,
    108: `${init} export default () => exec.test.abort();`,
    // Every VU waits: k6 drops iterations, says so, and ends well.
    0: `${init} export const options = { scenarios: { a: { ${rate} } } }; export default () => sleep(0.5);`,
  };
  const classes = { 99: "thresholds", 104: "failed", 107: "failed", 108: "aborted", 0: "finished" };
  for (const [code, script] of Object.entries(scripts)) {
    const thresholds = code === "99" ? k6Arguments.filter((argument) => argument !== "--no-thresholds") : k6Arguments;
    const args = ["run", "--quiet", "--address", "", ...thresholds, "-"];
    const { exitCode, stderr } = await execa("k6", args, { input: script, reject: false });
    expect({ code, exitCode }).toEqual({ code, exitCode: Number(code) });
    expect(loadExit(exitCode, false)).toBe(classes[Number(code) as keyof typeof classes]);
    expect(stderr.split("\n").some(dropsIterations)).toBe(code === "0");
  }
});

test("a script error is a failure of the tool, with a log", async () => {
  await start();
  const running = await startLoad(load({ expectBody: "(" }), "baseline", dir);
  const result = await running.ended;
  expect(result).toMatchObject({ complete: false, exitClass: "failed", k6ExitCode: 107 });
  expect(await readFile(join(dir, "logs", "k6-baseline.log"), "utf8")).toMatch(/SyntaxError: Unterminated group/);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
