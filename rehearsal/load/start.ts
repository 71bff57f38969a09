import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SegmentInfo } from "../../analysis/sample-file.ts";
import type { RehearsalConfig } from "../config.ts";
import { noteCommand } from "../commands-file.ts";
import { closed, run as runCommand } from "../exec.ts";
import { writeJson } from "../files.ts";
import { Collector } from "./collector.ts";
import { finishLoad } from "./finish.ts";
import type { TakeLine } from "./generator.ts";
import { startLocal } from "./local.ts";
import { startOnCluster } from "./operator/start.ts";
import { loadEnvironment, runnersOf, type LoadKind } from "./plan.ts";
import type { LoadResult } from "./result.ts";

/** A load that is being sent. */
export interface RunningLoad {
  /** Of k6, when it runs on this machine. */
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

/** The version of the k6 on PATH, e.g. `1.8.1`. */
export async function k6Version(cluster: string): Promise<string> {
  const { stdout } = await runCommand({ file: "k6", args: ["version"], cluster, timeLimitMs: 20_000 });
  return /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? "unknown";
}

/** The tag of an image, as `grafana/k6:1.8.1`. */
const versionOf = (image: string): string => /:([\w.-]+)$/.exec(image)?.[1] ?? image;

/**
 * Starts k6 with `loadtest/http.js` and keeps every request in `<runDir>/<kind>.samples`. A samples file that is there
 * already is gone on with, as a further segment.
 *
 * @param commands the run whose report lists k6's command; default: the folder itself
 * @throws CommandError when there is no k6
 */
export async function startLoad(
  config: RehearsalConfig,
  kind: LoadKind,
  runDir: string,
  commands: Parameters<typeof noteCommand>[0] = { path: (name) => join(runDir, name) },
): Promise<RunningLoad> {
  const { generators } = config.load;
  const version = generators === undefined ? await k6Version(config.clusterName) : versionOf(generators.image);
  const file = (suffix: string): string => join(runDir, `${kind}${suffix}`);
  await mkdir(join(runDir, "logs"), { recursive: true });
  await rm(file(".json"), { force: true });
  const rate = config.load.requests === undefined ? config.load.rate : 0;
  const info: SegmentInfo = { run: basename(runDir), kind, epochMs: Date.now(), rate };
  const collector = new Collector(file(".samples"), info, runnersOf(config.load));
  const logFile = join(runDir, "logs", `k6-${kind}.log`);
  const log = createWriteStream(logFile, { flags: "a" });
  // A disk that is full must not end the load: what is lost of the requests is told in its result.
  log.on("error", () => undefined);
  const environment = (canaryUrl: string): Record<string, string> => loadEnvironment(config, kind, canaryUrl);
  const take: TakeLine = (line, runner) => {
    if (!collector.push(line, runner) && line !== "Request Failed") log.write(`${line}\n`);
  };
  const note = (args: readonly string[], env: Record<string, string>): void =>
    noteCommand(commands, { file: "k6", args }, env);
  const generator = await (
    generators === undefined
      ? startLocal(config.clusterName, environment, take, note)
      : startOnCluster(config, generators, environment, take)
  ).catch((error: unknown) => {
    collector.close();
    log.destroy();
    throw error;
  });

  let stopped = false;
  const end = async (): Promise<LoadResult> => {
    const ends = await generator.ended;
    collector.close();
    await closed(log);
    const ended = { config, kind, samplesFile: file(".samples"), logFile, collector, info, ends, stopped, version };
    const result = await finishLoad(ended);
    await writeJson(file(".json"), result);
    return result;
  };
  const ended = end();
  // Whoever awaits `stop()` gets the failure; before that it must not end the process.
  ended.catch(() => undefined);

  const interrupt = async (): Promise<void> => {
    stopped = true;
    await generator.stop();
  };
  const requests = kind === "baseline" ? config.load.requests : undefined;
  // The canary goes on after a fixed number of requests is done.
  if (requests !== undefined) void collector.reached(requests).then(interrupt);

  return {
    pid: generator.pid,
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
