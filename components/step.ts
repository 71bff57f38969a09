import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Command } from "@pulumi/command/local/command.js";
import type { CommandArgs } from "@pulumi/command/local/command.js";
import type { RehearsalConfig, StepName } from "../rehearsal/config.ts";

/** The command line of a step; `exec` lets a time-out kill the step itself and not only the shell around it. */
export function stepCommandLine(step: StepName): string {
  return `exec node bin/rehearsal.mjs step ${step}`;
}

/**
 * Where the steps run: the folder of this project, seen from that of the Pulumi program, which is another one when the
 * components are used from a program of somebody else's.
 */
export function stepDir(programDir: string): string {
  return path.relative(programDir, path.dirname(import.meta.dirname)) || ".";
}

/**
 * A step of the rehearsal as a Command: its configuration goes in on standard input, one line of JSON comes out.
 *
 * A changed configuration runs the step again in place. Standard error (progress) is shown while it runs; standard
 * output is not, since it is the step's result. The directory is the project's, relative, so that a stack can be
 * updated from another checkout without a difference.
 */
export function stepCommand(
  name: string,
  step: StepName,
  config: pulumi.Input<RehearsalConfig>,
  opts: pulumi.CustomResourceOptions,
  extra: Partial<CommandArgs> = {},
): Command {
  return new Command(
    name,
    {
      create: stepCommandLine(step),
      dir: stepDir(process.cwd()),
      stdin: pulumi.output(config).apply((value) => JSON.stringify(value)),
      logging: "stderr",
      addPreviousOutputInEnv: false,
      ...extra,
    },
    opts,
  );
}

/**
 * What a component was told to wait for, as options of its first child: Pulumi's Node.js SDK lets the children of a
 * component start without it.
 */
export function dependsOnOf(
  opts: pulumi.ComponentResourceOptions | undefined,
): Pick<pulumi.ResourceOptions, "dependsOn"> {
  return opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn };
}
