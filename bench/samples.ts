import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { loadSchema } from "../rehearsal/config.ts";
import { startLoad } from "../rehearsal/load/start.ts";
import { k6Arguments } from "../rehearsal/load/plan.ts";
import { configOf } from "../test/unit/rehearsal/config.fixture.ts";
import { findTools } from "../tools/index.ts";
import { LoadTarget } from "./load-target.ts";
import { inTurn, renderRatio } from "./ratio.ts";
import type { Measured } from "./samples/child.ts";
import { writeRun } from "./samples/write.ts";

const seconds = 8;
const concurrency = 10;
const million = 1_000_000;

/**
 * What keeping every request costs: `npm run bench -- samples [--only load|json|judge]`. Requests per second of k6 with and
 * without it; bytes, time and memory against k6's own JSON of the same run; time and memory to judge ten million.
 */
export async function samples(project: string, options: readonly string[] = []): Promise<string> {
  const { binDir } = await findTools({ only: ["k6"] });
  process.env["PATH"] = `${binDir}:${process.env["PATH"]}`;
  const scratch = await mkdtemp(join(tmpdir(), "rehearsal-samples-"));
  const only = options[options.indexOf("--only") + 1];
  const parts = { load, json, judge };
  const wanted = Object.entries(parts).filter(([name]) => !options.includes("--only") || name === only);
  try {
    const lines: string[] = [];
    for (const [, part] of wanted) lines.push(await part(project, scratch));
    return lines.join("\n");
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** As fast as ten connections go, half of them fresh, with a canary beside them. */
async function load(project: string, scratch: string): Promise<string> {
  const target = await LoadTarget.start(project);
  const closed = loadSchema.parse({ ...configOf().load, requests: 1, concurrency, requestTimeoutSeconds: 5 });
  let turn = 0;
  const keeping = async (): Promise<number> => {
    const running = await startLoad(
      configOf({ targetUrl: target.url, load: closed }),
      "upgrade",
      join(scratch, `${turn++}`),
    );
    const rate = await target.rate(seconds);
    await running.stop();
    return rate;
  };
  const bare = async (): Promise<number> => {
    const env = { TARGET_URL: target.url, CANARY_URL: target.url, CANARY_RATE: "20", TIMEOUT: "5" };
    const args = ["run", "--quiet", "--address", "", ...k6Arguments, join(project, "loadtest/bare.js")];
    const k6 = execa("k6", args, {
      env: { ...env, CONCURRENCY: String(concurrency), DURATION: "600", CANARY_DURATION: "600" },
      stdio: "ignore",
      reject: false,
      timeout: 60_000,
    });
    const rate = await target.rate(seconds);
    k6.kill("SIGINT");
    await k6;
    return rate;
  };
  try {
    const values = await inTurn(9, keeping, bare);
    return renderRatio({
      name: "samples: requests/s of k6 with every request kept, against none",
      a: `loadtest/http.js, ${concurrency} VUs, read and written by the collector`,
      b: `the same requests, nothing logged`,
      unit: "requests/s",
      goal: "at least 0.95",
      ...values,
    });
  } finally {
    target.stop();
  }
}

/** One run that leaves both: our samples, and k6's JSON. */
async function json(project: string, scratch: string): Promise<string> {
  const target = await LoadTarget.start(project);
  const file = join(scratch, "k6.json");
  const dir = join(scratch, "both");
  process.env["K6_OUT"] = `json=${file}`;
  try {
    const closed = loadSchema.parse({ ...configOf().load, requests: 1, concurrency, requestTimeoutSeconds: 5 });
    const running = await startLoad(configOf({ targetUrl: target.url, load: closed }), "upgrade", dir);
    await delay(seconds * 1000);
    await running.stop();
  } finally {
    delete process.env["K6_OUT"];
    target.stop();
  }
  const ours = await child(project, "samples", dir);
  const theirs = await child(project, "json", file);
  const bytes = async (path: string, of: number): Promise<number> => (await stat(path)).size / of;
  const [small, large] = [await bytes(join(dir, "upgrade.samples"), ours.requests), await bytes(file, theirs.requests)];
  const each = ({ ms, requests }: Measured): string => ((ms * 1000) / requests).toFixed(1);
  return [
    `samples: bytes a request on disk: ${small.toFixed(1)} (goal at most 64), k6's JSON ${large.toFixed(0)}: ${(large / small).toFixed(0)} times`,
    `samples: to read ${ours.requests.toLocaleString("en")} requests of one run, node's start included in the memory`,
    `  samples file  ${ours.ms.toFixed(0)} ms, ${each(ours)} µs each, peak ${ours.peakMiB.toFixed(0)} MiB`,
    `  k6's JSON     ${theirs.ms.toFixed(0)} ms, ${each(theirs)} µs each, peak ${theirs.peakMiB.toFixed(0)} MiB (${theirs.requests.toLocaleString("en")} requests): ${(theirs.ms / ours.ms).toFixed(1)} times as long`,
  ].join("\n");
}

async function judge(project: string, scratch: string): Promise<string> {
  const start = Date.UTC(2026, 10, 23, 10);
  writeRun(scratch, "baseline", start, 2 * million);
  writeRun(scratch, "upgrade", start + 3_600_000, 8 * million);
  const { requests, ms, peakMiB } = await child(project, "judge", scratch);
  return `samples: to judge ${requests.toLocaleString("en")} requests: ${(ms / 1000).toFixed(1)} s (goal at most 10), peak ${peakMiB.toFixed(0)} MiB (goal at most 300)`;
}

async function child(project: string, what: string, path: string): Promise<Measured> {
  const file = join(project, "bench/samples/child.ts");
  const { stdout } = await execa(process.execPath, ["--import", "tsx", file, what, path], { timeout: 300_000 });
  return JSON.parse(stdout) as Measured;
}
