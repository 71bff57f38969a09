import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { verdictSchema, type Verdict } from "../../../analysis/verdict-schema.ts";
import { parseEvents, type RehearsalEvent } from "../../../analysis/events.ts";
import { inventory, type Inventory } from "../../../lab/aws/inventory.ts";
import { setPrincipals, type Policy } from "../../../lab/aws/principals.ts";
import { startLab, type Lab, type LabOptions } from "../../../lab/client.ts";
import { readIfThere } from "../../../rehearsal/files.ts";
import { requestsIn, type Request } from "../aws/emulator.ts";

const project = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const minute = 60_000;

/** Settings of a mirror of one control plane and two workers that is rolled as fast as it can be. */
export const smallMirror: Readonly<Record<string, unknown>> = {
  "kops-upgrade-rehearsal:load.rate": 50,
  "kops-upgrade-rehearsal:load.durationSeconds": 12,
  "kops-upgrade-rehearsal:load.warmupSeconds": 1,
  "kops-upgrade-rehearsal:load.cooldownSeconds": 1,
  "kops-upgrade-rehearsal:nodes.zones": ["us-east-1a"],
  "kops-upgrade-rehearsal:nodes.count": 2,
  // Interruptions decide; how busy a neighbour keeps this machine does not.
  "kops-upgrade-rehearsal:objectives.maxP99IncreaseMs": 5000,
  "kops-upgrade-rehearsal:objectives.maxP99IncreasePercent": 100_000,
  "kops-upgrade-rehearsal:intervals.controlPlane": "1s",
  "kops-upgrade-rehearsal:intervals.node": "1s",
  "kops-upgrade-rehearsal:intervals.postDrainDelay": "1s",
  "kops-upgrade-rehearsal:intervals.validateCount": 1,
};

export interface Outcome {
  readonly exitCode: number;
  /** Standard output and error, interleaved. */
  readonly all: string;
}

/**
 * A copy of the project with a lab of its own, as a second person's clone would be: its stack file can be changed and
 * its runs do not mix with the work tree's.
 */
export class Clone {
  readonly dir: string;
  #lab: Lab | undefined;
  #keys: Readonly<Record<string, string>> = {};

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async create(name: string): Promise<Clone> {
    const dir = await mkdtemp(join(tmpdir(), `rehearsal-${name}-`));
    const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: project });
    for (const file of stdout.split("\n").filter((path) => path !== "" && !path.startsWith("test/"))) {
      // A file that git lists but that has just been deleted is no reason to fail.
      const kept = { recursive: true, preserveTimestamps: true };
      await cp(join(project, file), join(dir, file), kept).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    }
    await symlink(join(project, "node_modules"), join(dir, "node_modules"));
    return new Clone(dir);
  }

  get lab(): Lab {
    if (this.#lab === undefined) throw new Error("the lab of this clone has not been started");
    return this.#lab;
  }

  async startLab(options: LabOptions = {}): Promise<void> {
    this.#lab = await startLab({ dir: join(this.dir, ".lab"), owned: true, options });
    // The lab selects its stack in the project that it was started from; this is another one.
    await this.pulumi(["stack", "select", "--create", "local"]);
  }

  /** Sets keys of the stack file; a value of `undefined` removes the key. Dots descend into objects. */
  async configure(changes: Record<string, unknown>): Promise<void> {
    const path = join(this.dir, "Pulumi.local.yaml");
    const stack = parse(await readFile(path, "utf8")) as { config: Record<string, unknown> };
    for (const [key, value] of Object.entries(changes)) setPath(stack.config, key.split("."), value);
    await writeFile(path, stringify(stack));
  }

  /**
   * From here on all that is called in this clone has an access key with these policies; the lab's own key, which may do
   * everything, is left to the lab's own programs.
   */
  async restrict(accessKey: string, policies: readonly Policy[]): Promise<void> {
    await setPrincipals(this.awsEndpoint, { [accessKey]: { policies } });
    this.#keys = { AWS_ACCESS_KEY_ID: accessKey, S3_ACCESS_KEY_ID: accessKey };
  }

  /** The real Pulumi CLI in this clone, on stack `local`. */
  async pulumi(args: readonly string[], limitMs = 30 * minute): Promise<Outcome> {
    return await this.run("pulumi", [...args, "--non-interactive"], limitMs);
  }

  /** A target of the Makefile that starts a lab of its own; the packages are the project's and are not installed anew. */
  async make(target: string, limitMs = 40 * minute): Promise<Outcome> {
    const args = ["--old-file=node_modules/.package-lock.json", target];
    const result = await execa("make", args, {
      cwd: this.dir,
      all: true,
      reject: false,
      timeout: limitMs,
      // As Ctrl-C: what it has started ends with it.
      killSignal: "SIGINT",
    });
    return { exitCode: result.exitCode ?? -1, all: result.all };
  }

  /** A program with the lab's environment, and some more. */
  async run(
    command: string,
    args: readonly string[],
    limitMs = 5 * minute,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const result = await execa(command, args, {
      cwd: this.dir,
      env: { ...this.lab.env, ...this.#keys, ...env },
      all: true,
      reject: false,
      timeout: limitMs,
    });
    return { exitCode: result.exitCode ?? -1, all: result.all };
  }

  async up(): Promise<Outcome> {
    return await this.pulumi(["up", "--yes", "--skip-preview"]);
  }

  async destroy(): Promise<Outcome> {
    return await this.pulumi(["destroy", "--yes", "--skip-preview"]);
  }

  async artifact(name: string): Promise<string> {
    return await readFile(join(this.dir, ".rehearsal/local/latest", name), "utf8");
  }

  async verdict(): Promise<Verdict> {
    return verdictSchema.parse(JSON.parse(await this.artifact("verdict.json")));
  }

  async events(): Promise<RehearsalEvent[]> {
    // A run begins before its first event.
    return parseEvents((await readIfThere(join(this.dir, ".rehearsal/local/latest/events.ndjson"))) ?? "");
  }

  get awsEndpoint(): string {
    const endpoint = this.lab.env["AWS_ENDPOINT_URL"];
    if (endpoint === undefined) throw new Error("the lab's environment names no AWS endpoint");
    return endpoint;
  }

  async inventory(): Promise<Inventory> {
    return await inventory(this.awsEndpoint);
  }

  /** Everything that the lab's AWS was asked. */
  async requests(): Promise<Request[]> {
    return await requestsIn(join(this.dir, ".lab"));
  }

  /** Stops the lab and removes the folder; with KEEP_CLONES set the folder stays for a look. */
  async dispose(): Promise<void> {
    await this.#lab?.down();
    if (process.env["KEEP_CLONES"] === undefined) await rm(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    if (value === undefined) delete target[head];
    else target[head] = value;
    return;
  }
  const next = (target[head] ??= {}) as Record<string, unknown>;
  setPath(next, rest, value);
}
