import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa, ExecaError, type ResultPromise } from "execa";
import { UsageError } from "../rehearsal/errors.ts";
import { exitStatus, verdictStatus } from "../rehearsal/exit-status.ts";
import { stackSettings } from "../rehearsal/stack-settings.ts";
import { verdictSchema, type Verdict } from "../analysis/verdict-schema.ts";
import { diffInventory, inventory, type Inventory } from "./aws/inventory.ts";
import { startLab, type Lab } from "./client.ts";
import { labDir, projectDir } from "./paths.ts";

const upLimitMs = 40 * 60_000;
const destroyLimitMs = 15 * 60_000;
/** What Pulumi may take after SIGINT to end its running step; then it is killed, and the lab with it. */
const graceMs = 60_000;

export interface RehearseOptions {
  /** The lab's folder; default `$LAB_DIR`, else `.lab` in the project. */
  readonly dir?: string;
  /** Leave the lab and the cluster as they are at the end. */
  readonly keep: boolean;
}

/**
 * A whole rehearsal in a lab of its own: lab up, `pulumi up` on stack `local`, verdict, `pulumi destroy`, lab down.
 * Its steps show on standard output as they go.
 *
 * @returns the exit status: the verdict's, or that of a failure (see `rehearsal/exit-status.ts`)
 */
export async function rehearse({ dir, keep }: RehearseOptions): Promise<number> {
  const rehearsal = new LabRehearsal(labDir(dir), keep);
  return await rehearsal.run();
}

class LabRehearsal {
  readonly #started = Date.now();
  readonly #children = new Set<ResultPromise>();
  #interrupts = 0;

  constructor(
    private readonly dir: string,
    private readonly keep: boolean,
  ) {}

  async run(): Promise<number> {
    const onSignal = (): void => this.#interrupt();
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    let lab: Lab | undefined;
    try {
      // What is wrong with the settings is told before anything is started.
      await stackSettings("local", projectDir);
      this.#say("lab: starting");
      lab = await startLab({ dir: this.dir, owned: !this.keep, progress: (line) => this.#say(`tools: ${line}`) });
      const before = await this.#inventory(lab);
      const verdict = await this.#up(lab);
      // Before anything else can go wrong: this is what it was all for.
      await this.#show(verdict);
      if (this.keep) {
        this.#say(
          `lab: left as it is; eval "$(npm run -s lab -- env)", in the end pulumi destroy, npm run lab -- down`,
        );
      } else {
        await this.#destroy(lab, before);
      }
      this.#say(`verdict: ${verdict.verdict}`);
      return verdictStatus(verdict.verdict);
    } catch (error) {
      console.error(`\nerror: ${this.#describe(error)}`);
      if (this.#interrupts > 0) return exitStatus.interrupted;
      return error instanceof UsageError ? exitStatus.usage : exitStatus.failure;
    } finally {
      if (!this.keep) await lab?.down();
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    }
  }

  async #up(lab: Lab): Promise<Verdict> {
    this.#say(`pulumi up: stack local (log: ${this.#log("pulumi-up")})`);
    const watch = this.#spawn("node", [join(projectDir, "bin/rehearsal.mjs"), "watch", "local"], lab, {
      stdio: ["ignore", "inherit", "inherit"],
    });
    // It ends by being told to; how it ended says nothing.
    void watch.catch(() => undefined);
    try {
      await this.#pulumi(lab, "pulumi-up", ["up", "--yes", "--skip-preview"], upLimitMs);
    } finally {
      watch.kill("SIGTERM");
    }
    const file = join(projectDir, ".rehearsal/local/latest/verdict.json");
    return verdictSchema.parse(JSON.parse(await readFile(file, "utf8")));
  }

  async #destroy(lab: Lab, before: Inventory): Promise<void> {
    this.#say(`pulumi destroy (log: ${this.#log("pulumi-destroy")})`);
    await this.#pulumi(lab, "pulumi-destroy", ["destroy", "--yes", "--skip-preview"], destroyLimitMs);
    const { added, removed } = diffInventory(before, await this.#inventory(lab));
    if (added.length + removed.length > 0) {
      throw new Error(
        `pulumi destroy did not leave AWS as it was.\n  left behind: ${added.join(", ") || "nothing"}\n  missing: ${removed.join(", ") || "nothing"}`,
      );
    }
    this.#say("pulumi destroy: nothing is left behind");
  }

  async #pulumi(lab: Lab, log: string, args: readonly string[], limitMs: number): Promise<void> {
    await mkdir(join(this.dir, "logs"), { recursive: true });
    const file = createWriteStream(this.#log(log), { flags: "a", mode: 0o600 });
    const pulumi = this.#spawn("pulumi", [...args, "--stack", "local", "--non-interactive"], lab, {
      all: true,
      timeout: limitMs,
    });
    pulumi.all?.pipe(file);
    await pulumi;
  }

  #spawn(command: string, args: readonly string[], lab: Lab, options: object): ResultPromise {
    const child = execa(command, args, { cwd: projectDir, env: lab.env, forceKillAfterDelay: graceMs, ...options });
    this.#children.add(child);
    const gone = (): boolean => this.#children.delete(child);
    child.then(gone, gone);
    return child;
  }

  /** Once: Pulumi ends its running step. Twice: everything ends at once; the lab's processes go with this one. */
  #interrupt(): void {
    this.#interrupts++;
    this.#say(
      this.#interrupts === 1 ? "interrupted: ending the running step; once more to end at once" : "ending at once",
    );
    for (const child of this.#children) child.kill(this.#interrupts === 1 ? "SIGINT" : "SIGKILL");
    if (this.#interrupts > 1) process.exit(exitStatus.interrupted);
  }

  async #inventory(lab: Lab): Promise<Inventory> {
    const endpoint = lab.env["AWS_ENDPOINT_URL"];
    if (endpoint === undefined) throw new Error(`the lab in ${lab.dir} names no AWS endpoint`);
    return await inventory(endpoint);
  }

  async #show(verdict: Verdict): Promise<void> {
    const { renderTerminal } = await import("../report/terminal.ts");
    const latest = ".rehearsal/local/latest";
    const color = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
    console.log(
      `\n${renderTerminal(verdict, { report: `${latest}/report.html`, runbook: `${latest}/runbook.md`, color })}`,
    );
  }

  #log(name: string): string {
    return join(this.dir, "logs", `${name}.log`);
  }

  #say(line: string): void {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    console.log(`[${String(Math.floor(seconds / 60))}m${String(seconds % 60).padStart(2, "0")}s] ${line}`);
  }

  #describe(error: unknown): string {
    if (error instanceof ExecaError) {
      const last = (error.all ?? "").trimEnd().split("\n").slice(-25).join("\n");
      return `${error.shortMessage}\n${last}\nLogs: ${join(this.dir, "logs")} and .rehearsal/local/latest/logs`;
    }
    return error instanceof Error ? error.message : String(error);
  }
}
