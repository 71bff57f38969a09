import { randomBytes } from "node:crypto";
import { diffProps } from "../provider/diff.ts";
import type { CreateCall, DeleteCall, InvokeCall, Outputs, Provider, UpdateCall } from "../provider/provider.ts";
import { hasUnknown, stringAt, UNKNOWN, type Path, type Props } from "../provider/values.ts";
import { checkInputs, commandKinds, runKinds, type CommandInputs } from "./inputs.ts";
import { killAll, type ProgramOutput } from "./program.ts";
import { runCommand } from "./run.ts";

const commandType = "command:local:Command";
const runToken = "command:local:run";

/** What a command prints may hold any of its inputs, so one secret input makes it secret. */
const outputPaths: readonly Path[] = [["stdout"], ["stderr"]];

function previousOutput(outputs: Props): Partial<ProgramOutput> {
  const stdout = stringAt(outputs, ["stdout"]);
  const stderr = stringAt(outputs, ["stderr"]);
  return { ...(stdout === undefined ? {} : { stdout }), ...(stderr === undefined ? {} : { stderr }) };
}

/** Runs `command`, if there is one, and returns the inputs with what it printed. */
async function apply(
  call: CreateCall,
  command: string | undefined,
  previous: Partial<ProgramOutput>,
): Promise<Outputs> {
  const secrets = call.hasSecrets ? outputPaths : [];
  if (call.preview) return { outputs: { ...call.inputs, stdout: UNKNOWN, stderr: UNKNOWN }, secrets };
  const { stdout = "", stderr = "" } =
    command === undefined ? previous : await runCommand(command, call.inputs, previous, call.log, call.signal);
  return { outputs: { ...call.inputs, stdout, stderr }, secrets };
}

/** Stands in for the official plugin `command` 1.2.1, except for `remote` and the collection of files. */
export const commandProvider: Provider = {
  version: "1.2.1",

  check(call) {
    if (call.type !== commandType) {
      throw new Error(`resource type ${call.type} is not known to the lab's command plugin; it has ${commandType}`);
    }
    return { inputs: call.inputs, failures: checkInputs(call.inputs, commandKinds) };
  },

  diff: (call) => ({ changes: diffProps(call.oldInputs, call.inputs, [["triggers"]]) }),

  async create(call) {
    const { create } = call.inputs as CommandInputs;
    return { id: `${call.name}${randomBytes(4).toString("hex")}`, ...(await apply(call, create, {})) };
  },

  update(call: UpdateCall) {
    const inputs = call.inputs as CommandInputs;
    return apply(call, inputs.update ?? inputs.create, previousOutput(call.outputs));
  },

  async delete(call: DeleteCall) {
    const inputs = call.outputs as CommandInputs;
    if (inputs.delete === undefined) return;
    await runCommand(inputs.delete, inputs, previousOutput(call.outputs), call.log, call.signal);
  },

  async invoke(call: InvokeCall): Promise<Outputs> {
    if (call.token !== runToken) {
      throw new Error(`function ${call.token} is not known to the lab's command plugin; it has ${runToken}`);
    }
    const [failure] = checkInputs(call.args, runKinds);
    if (failure !== undefined) throw new Error(`${runToken}: ${failure.reason}`);
    const secrets = call.hasSecrets ? outputPaths : [];
    if (hasUnknown(call.args)) return { outputs: { ...call.args, stdout: UNKNOWN, stderr: UNKNOWN }, secrets };
    const command = stringAt(call.args, ["command"]);
    if (command === undefined) throw new Error(`${runToken}: command must be a string`);
    const output = await runCommand(command, call.args, undefined, call.log, call.signal);
    return { outputs: { ...call.args, ...output }, secrets };
  },

  close() {
    killAll();
    return Promise.resolve();
  },
};
