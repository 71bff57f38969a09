import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { RehearsalConfig } from "../config.ts";
import { run as runCommand } from "../exec.ts";
import { noteCommand } from "../commands-file.ts";
import { readIfThere, writeJson } from "../files.ts";
import { endWithUs, signalGroup } from "../interrupt.ts";
import { startCanary } from "./canary.ts";
import { Collector } from "./collector.ts";
import { finishLoad } from "./finish.ts";
import { loadEnvironment, type LoadKind } from "./plan.ts";
import type { LoadResult } from "./result.ts";

/** A load that is being sent. */
export interface RunningLoad {
  /** Of k6. */
  readonly pid: number | undefined;
  /** Resolves when the first request has come back; rejects never: if there is none, `ended` tells. */
  readonly began: Promise<void>;
  /** Resolves when k6 has ended and `<kind>.json` is written; however it ended. */
  readonly ended: Promise<LoadResult>;
  /** Requests and failures so far, without the canary's. */
  progress(): { readonly requests: number; readonly failed: number };
  /** Ends the load: every request that was due until now is waited for and kept. */
  stop(): Promise<LoadResult>;
}

const script = fileURLToPath(new URL("../../loadtest/http.js", import.meta.url));

/** The version of the k6 on PATH, e.g. `1.8.1`. */
export async function k6Version(cluster: string): Promise<string> {
  const { stdout } = await runCommand({ file: "k6", args: ["version"], cluster, timeLimitMs: 20_000 });
  return /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? "unknown";
}

/**
 * Starts k6 (from PATH) with `loadtest/http.js` and keeps every request in `<runDir>/<kind>.samples`. A samples file that
 * is there already is gone on with, as a further segment. k6 ends with this process at the latest.
 *
 * @throws CommandError when there is no k6
 */
export async function startLoad(config: RehearsalConfig, kind: LoadKind, runDir: string): Promise<RunningLoad> {
  const version = await k6Version(config.clusterName);
  const file = (suffix: string): string => join(runDir, `${kind}${suffix}`);
  await mkdir(join(runDir, "logs"), { recursive: true });
  await rm(file(".json"), { force: true });
  const summary = file(".summary.json");
  await rm(summary, { force: true });
  const canary = await startCanary();
  const rate = config.load.requests === undefined ? config.load.rate : null;
  const collector = new Collector(file(".samples"), {
    run: basename(runDir),
    kind,
    epochMs: Date.now(),
    rate: rate ?? 0,
  });

  const args = ["run", "--quiet", "--no-usage-report", "--no-color", "--address", "", "--log-format", "raw", script];
  const env = loadEnvironment(config, kind, { summary, canaryUrl: canary.url });
  noteCommand({ path: (name) => join(runDir, name) }, { file: "k6", args }, env);
  const k6 = execa("k6", args, {
    env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    buffer: false,
    reject: false,
    // Of its own, so that Ctrl-C in a terminal does not end the load before the upgrade.
    detached: true,
  });
  const forget = k6.pid === undefined ? () => undefined : endWithUs(k6.pid);
  const log = createWriteStream(join(runDir, "logs", `k6-${kind}.log`), { flags: "a" });
  const lines = createInterface({ input: k6.stderr, crlfDelay: Infinity });
  lines.on("line", (line) => {
    if (!collector.push(line) && line !== "Request Failed") log.write(`${line}\n`);
  });
  const read = new Promise<void>((resolve) => lines.on("close", resolve));

  let stopped = false;
  const end = async (): Promise<LoadResult> => {
    const exit = await k6;
    await read;
    forget();
    collector.close();
    await new Promise<void>((resolve) => log.end(() => resolve()));
    await canary.stop();
    const result = await finishLoad({
      config,
      kind,
      samplesFile: file(".samples"),
      logFile: join(runDir, "logs", `k6-${kind}.log`),
      collector,
      rate,
      summary: await readIfThere(summary),
      exitCode: exit.exitCode,
      stopped,
      version,
    });
    await rm(summary, { force: true });
    await writeJson(file(".json"), result);
    return result;
  };
  const ended = end();
  // Whoever awaits `stop()` gets the failure; before that it must not end the process.
  ended.catch(() => undefined);

  const interrupt = async (): Promise<void> => {
    stopped = true;
    if (k6.pid !== undefined) signalGroup(k6.pid, "SIGINT");
    const late = delay(20_000, "late", { ref: false });
    if ((await Promise.race([ended, late])) === "late" && k6.pid !== undefined) signalGroup(k6.pid, "SIGKILL");
  };
  const requests = kind === "baseline" ? config.load.requests : undefined;
  // The canary goes on after a fixed number of requests is done.
  if (requests !== undefined) void collector.reached(requests).then(interrupt);

  return {
    pid: k6.pid,
    began: collector.first(),
    ended,
    progress: () => {
      const { fresh, kept } = collector.counts();
      return { requests: fresh + kept, failed: collector.failed };
    },
    stop: async () => {
      const patience = delay((config.load.requestTimeoutSeconds + 3) * 1000, undefined, { ref: false });
      await Promise.race([collector.settle(), patience, ended]);
      await interrupt();
      return await ended;
    },
  };
}
