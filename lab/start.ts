import { execa } from "execa";
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lock } from "proper-lockfile";
import { connectLab, type Lab } from "./connect.ts";
import { labOptionsSchema, type LabConfig, type LabOptions } from "./config.ts";
import { readLocalCluster } from "./local-stack.ts";
import { labDir, projectDir } from "./paths.ts";
import { logFile } from "./process-supervisor.ts";
import { readState } from "./state-file.ts";
import { prepareTools, type LabTools } from "./tools.ts";

const supervisor = fileURLToPath(new URL("./supervisor.ts", import.meta.url));
const readyLimitMs = 180_000;

export interface StartLabOptions {
  /** Default: `$LAB_DIR`, else `.lab` in the project. */
  readonly dir?: string;
  /** The lab ends when this process does. */
  readonly owned: boolean;
  /** Told in a line each what is being done. */
  readonly progress?: (line: string) => void;
  readonly options?: LabOptions;
  /** Default: the project's own, installed when they are missing. */
  readonly tools?: LabTools;
}

/**
 * Starts a lab, or connects to the one that runs in the folder already; resolves when AWS answers and Pulumi has its
 * stack. Throws when an owned lab is asked for in a folder where another one runs.
 */
export async function startLab(start: StartLabOptions): Promise<Lab> {
  const dir = labDir(start.dir);
  const progress = start.progress ?? (() => undefined);
  const running = await runningLab(dir, start);
  if (running) return running;
  const cluster = readLocalCluster(join(projectDir, "Pulumi.local.yaml"));
  const tools = start.tools ?? (await prepareTools(dir, progress));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Two starts at once: the second waits, and then finds the first one's lab.
  const release = await lock(dir, {
    lockfilePath: join(dir, "start.lock"),
    stale: 10_000,
    retries: { retries: 600, minTimeout: 200, maxTimeout: 1000 },
  });
  try {
    const meanwhile = await runningLab(dir, start);
    if (meanwhile) return meanwhile;
    progress(`starting the lab in ${dir}`);
    clean(dir);
    await launch({ ...tools, dir, owned: start.owned, cluster, options: labOptionsSchema.parse(start.options ?? {}) });
    const lab = await connectLab(dir);
    await selectStack(lab);
    return lab;
  } finally {
    await release();
  }
}

async function runningLab(dir: string, start: StartLabOptions): Promise<Lab | undefined> {
  if (!readState(dir)) return undefined;
  if (start.owned) {
    throw new Error(`a lab runs in ${dir} already: end it with \`npm run lab -- down\`, or choose another folder`);
  }
  start.progress?.(`a lab runs in ${dir} already`);
  return connectLab(dir);
}

/**
 * Removes what an earlier lab left. Its AWS is gone, so the Pulumi state that describes it must go too; installed
 * plugins may stay.
 */
function clean(dir: string): void {
  for (const name of ["state.json", "logs", "control-plane", "pulumi-state", "kubeconfig"]) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
  for (const name of ["logs", "pulumi-state", "pulumi-home"])
    mkdirSync(join(dir, name), { recursive: true, mode: 0o700 });
}

/** Starts the supervisor in a session of its own and waits until it is ready. */
async function launch(config: LabConfig): Promise<void> {
  const log = openSync(logFile(config.dir, "lab"), "a", 0o600);
  const child = spawn(
    process.execPath,
    ["--max-old-space-size=256", "--import", "tsx", supervisor, "--config", JSON.stringify(config)],
    {
      cwd: projectDir,
      detached: true,
      stdio: [config.owned ? "pipe" : "ignore", log, log],
      // About versions of Node.js that the SDK will need one day: nothing for a lab's log.
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    },
  );
  closeSync(log);
  letGo(child);
  const failed = (what: string): Error => new Error(`the lab in ${config.dir} ${what}:\n${lastLines(config.dir)}`);
  const end = Date.now() + readyLimitMs;
  while (!readState(config.dir)) {
    if (child.exitCode !== null || child.signalCode !== null) throw failed("could not be started");
    if (Date.now() > end) {
      if (child.pid !== undefined) process.kill(child.pid, "SIGTERM");
      throw failed(`was not ready within ${readyLimitMs / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Neither the supervisor nor the pipe to it keeps this process running; the pipe ends with it, though. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.on("error", () => undefined); // shows as an exit without a state
  child.stdin?.on("error", () => undefined);
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
}

function lastLines(dir: string): string {
  const file = logFile(dir, "lab");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return `${text.trimEnd().split("\n").slice(-15).join("\n")}\n(from ${file})`;
}

/** Makes the stack `local` of this project, and its backend's folder, the ones that a plain `pulumi` uses. */
async function selectStack(lab: Lab): Promise<void> {
  if (!existsSync(join(projectDir, "Pulumi.yaml"))) return;
  await execa("pulumi", ["stack", "select", "--create", "local", "--non-interactive"], {
    cwd: projectDir,
    env: lab.env,
    timeout: 180_000,
  });
}
