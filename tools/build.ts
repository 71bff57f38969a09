import { createWriteStream } from "node:fs";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { duration, ticker } from "./progress.ts";
import type { Progress } from "./progress.ts";
import type { Build } from "./versions.ts";

/** Includes fetching the modules over a slow line. */
const buildLimitMs = 60 * 60_000;

export interface BuildContext {
  /** The `go` to build with. */
  readonly go: string;
  /** The folder of the Go modules, `tools/go`. */
  readonly modules: string;
  /** Logs go to `logs` in here. */
  readonly root: string;
  readonly progress: Progress;
}

/**
 * The arguments of `go build`. With the same ones the build cache can be used again, so they have nothing in them of the
 * machine or the time.
 */
export function buildArguments(build: Build, output: string): string[] {
  const variables = Object.entries(build.variables).map(([name, value]) => `-X ${name}=${value}`);
  const ldflags = ["-s", "-w", ...variables].join(" ");
  // readonly: what go.sum does not vouch for is refused.
  const fixed = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-v"];
  return ["build", ...fixed, "-ldflags", ldflags, "-o", output, build.target];
}

/** How long a build takes with an empty build cache, in ms. Linking does not get faster with more processors. */
export function forecastMs(cpuMinutes: number, processors: number): number {
  return (cpuMinutes * 60_000) / Math.min(Math.max(processors, 1), 16);
}

/**
 * Builds a tool from its pinned module into the file `output`.
 *
 * @throws when the build fails, with the end of the compiler's output and where the rest is
 */
export async function buildFromModule(build: Build, output: string, context: BuildContext): Promise<void> {
  const { root, progress, go } = context;
  const logFile = path.join(root, "logs", `build-${build.module}-${build.version}.log`);
  await mkdir(path.dirname(logFile), { recursive: true });
  await mkdir(path.dirname(output), { recursive: true });
  // A copy, so that nothing can change the pinned module. Beside the output, which is removed when an install breaks off.
  const copy = `${output}.module`;
  try {
    await cp(path.join(context.modules, build.module), copy, { recursive: true });
    const forecast = duration(forecastMs(build.cpuMinutes, availableParallelism()));
    progress(
      `${build.module}: building from its Go module: about ${forecast} with an empty build cache ` +
        `(${build.cpuMinutes} CPU minutes on ${availableParallelism()} processors), less with a filled one`,
    );
    await run(go, buildArguments(build, output), { copy, logFile, forecast, name: build.module, progress });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

interface Run {
  readonly copy: string;
  readonly logFile: string;
  readonly forecast: string;
  readonly name: string;
  readonly progress: Progress;
}

async function run(go: string, args: string[], { copy, logFile, forecast, name, progress }: Run): Promise<void> {
  let lines = 0;
  const start = Date.now();
  const stop = ticker(
    (elapsed) => progress(`${name}: building for ${duration(elapsed)} of about ${forecast}, ${lines} packages done …`),
    15_000,
  );
  const child = execa(go, args, {
    cwd: copy,
    env: { CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
    timeout: buildLimitMs,
  });
  child.all.on("data", (chunk: Buffer) => (lines += chunk.toString().split("\n").length - 1));
  child.all.pipe(createWriteStream(logFile));
  const result = await child;
  stop();
  if (!result.failed) {
    progress(`${name}: built in ${duration(Date.now() - start)}`);
    return;
  }
  const what = result.timedOut
    ? `did not end within ${duration(buildLimitMs)}`
    : `failed (${result.exitCode ?? result.shortMessage})`;
  const tail = (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-15).join("\n");
  throw new Error(
    `Building ${name} from its Go module ${what}. Its last words:\n${tail}\nAll of them: ${logFile}\n` +
      "Go needs a module proxy (`go env GOPROXY`) and about 5 GB for its caches.",
  );
}
