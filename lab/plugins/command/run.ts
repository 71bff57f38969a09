import type { EngineLog } from "../provider/engine.ts";
import type { BaseInputs } from "./inputs.ts";
import { runProgram, type ProgramOutput } from "./program.ts";

const defaultInterpreter = ["/bin/sh", "-c"];

/** The environment of a command: the plugin's own, the command's, and what the command printed the last time. */
export function commandEnv(
  own: NodeJS.ProcessEnv,
  inputs: BaseInputs,
  previous: Partial<ProgramOutput> | undefined,
): NodeJS.ProcessEnv {
  const { stdout = "", stderr = "" } = (inputs.addPreviousOutputInEnv ?? true) ? (previous ?? {}) : {};
  return {
    ...own,
    ...inputs.environment,
    ...(stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr === "" ? {} : { PULUMI_COMMAND_STDERR: stderr }),
  };
}

/** Whether a stream's lines go to the engine's log. */
export function isLogged(inputs: BaseInputs, stream: "stdout" | "stderr"): boolean {
  const { logging = "stdoutAndStderr" } = inputs;
  return logging === "stdoutAndStderr" || logging === stream;
}

/** Runs one command line as the inputs say. */
export function runCommand(
  command: string,
  inputs: BaseInputs,
  previous: Partial<ProgramOutput> | undefined,
  log: EngineLog,
  signal: AbortSignal,
): Promise<ProgramOutput> {
  const interpreter = inputs.interpreter ?? [];
  return runProgram({
    interpreter: interpreter.length > 0 ? interpreter : defaultInterpreter,
    command,
    cwd: inputs.dir ?? process.cwd(),
    env: commandEnv(process.env, inputs, previous),
    stdin: inputs.stdin ?? "",
    onLine: (stream, line) => {
      if (isLogged(inputs, stream)) log.status(line);
    },
    signal,
  });
}
