import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { RehearsalConfig, StepName } from "../../../rehearsal/config.ts";
import { configOf } from "../../unit/rehearsal/config.fixture.ts";
import type { Emulator } from "./emulator.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));

/** Somebody with a folder of their own who runs `rehearsal` against the lab's AWS. */
export interface Operator {
  readonly runsDir: string;
  step(name: StepName, changes?: Partial<RehearsalConfig>): Promise<Answer>;
  rehearsal(...args: string[]): Promise<Answer>;
  remove(): Promise<void>;
}

export interface Answer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param env on top of what leads to the emulator */
export async function newOperator(
  { aws }: Emulator,
  base: Partial<RehearsalConfig>,
  env: Readonly<Record<string, string>> = {},
): Promise<Operator> {
  const dir = await mkdtemp(join(tmpdir(), "operator-"));
  const runsDir = join(dir, "runs");
  const rehearsal = async (args: readonly string[], input: string): Promise<Answer> => {
    const options = { cwd: dir, env: { ...aws.env, ...env }, input, reject: false, timeout: 300_000 } as const;
    const { exitCode, stdout, stderr } = await execa("node", [join(project, "bin/rehearsal.mjs"), ...args], options);
    return { exitCode, stdout, stderr };
  };
  return {
    runsDir,
    step: (name, changes = {}) => rehearsal(["step", name], JSON.stringify(configOf({ ...base, runsDir, ...changes }))),
    rehearsal: (...args) => rehearsal(args, ""),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
