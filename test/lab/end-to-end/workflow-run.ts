import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkflow, type Step } from "../../workflows.ts";
import type { Clone, Outcome } from "./clone.ts";

const minute = 60_000;
/** What GitHub starts for `shell: bash`. */
const shell = ["--noprofile", "--norc", "-e", "-o", "pipefail"];

/** Values of a workflow's expressions, e.g. `inputs.stack`. */
export type Values = Readonly<Record<string, string>>;

/** A job of a workflow, of which single steps are run in a clone, as they stand in the file and as GitHub would. */
export class WorkflowRun {
  readonly #steps: readonly Step[];
  readonly #env: Record<string, string>;

  constructor(
    private readonly clone: Clone,
    file: string,
    job: string,
    private readonly values: Values,
  ) {
    const { workflow } = readWorkflow(file);
    const found = workflow.jobs[job];
    if (found === undefined) throw new Error(`${file} has no job ${job}`);
    this.#steps = found.steps;
    this.#env = this.#evaluated({ ...workflow.env, ...found.env });
  }

  /** The commands of the project's own: what sets up the machine, or talks to GitHub, is not for the lab. */
  commands(): string[] {
    const own = ({ run = "" }: Step): boolean => /\b(npx rehearsal|pulumi) /.test(run);
    return this.#steps.filter(own).map(({ name = "" }) => name);
  }

  /** What the step that uses an action (owner/name) gives to it. */
  inputs(action: string): Readonly<Record<string, unknown>> {
    return this.#steps.find(({ uses }) => uses?.startsWith(`${action}@`))?.with ?? {};
  }

  /** Runs the step of this name, with what it adds to the job's summary. */
  async run(name: string, limitMs = 5 * minute): Promise<Outcome & { summary: string }> {
    const step = this.#steps.find((one) => one.name === name);
    if (step?.run === undefined) throw new Error(`there is no step ${name} that runs a command`);
    const dir = await mkdtemp(join(tmpdir(), "workflow-"));
    try {
      const files = { script: join(dir, "script.sh"), summary: join(dir, "summary.md") };
      await writeFile(files.script, step.run);
      await writeFile(files.summary, "");
      const env = { ...this.#env, ...this.#evaluated(step.env ?? {}), GITHUB_STEP_SUMMARY: files.summary };
      const outcome = await this.clone.run("bash", [...shell, files.script], limitMs, env);
      return { ...outcome, summary: await readFile(files.summary, "utf8") };
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  /** Variables without a value are left to the environment of the lab. */
  #evaluated(env: Readonly<Record<string, string>>): Record<string, string> {
    const entries = Object.entries(env).map(([name, text]): [string, string] => [
      name,
      text.replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => evaluate(expression, this.values)),
    ]);
    return Object.fromEntries(entries.filter(([, value]) => value !== ""));
  }
}

/** `a.b || 'c'`: the first that is not empty. The workflows have no other expressions in variables. */
export function evaluate(expression: string, values: Values): string {
  const operands = expression.split("||").map((operand) => operand.trim());
  const texts = operands.map((operand) => /^'(.*)'$/.exec(operand)?.[1] ?? values[operand] ?? "");
  return texts.find((text) => text !== "") ?? "";
}
