import { Argument, Command, Option } from "commander";
import { dirOption, outputOption, wholeNumber } from "./cli-arguments.ts";
import { connectLab } from "./connect.ts";
import { faultKinds, type FaultKind, type FaultName } from "./faults.ts";
import { labDir } from "./paths.ts";
import { describeFault } from "./status.ts";

interface FaultOptions {
  readonly dir?: string;
  readonly for?: number;
  readonly target?: string;
  readonly value?: number;
  readonly list?: true;
  readonly clear?: number | true;
  readonly output: "text" | "json";
}

/** All kinds with what `--target` and `--value` mean for them. */
export function describeKinds(): string {
  const lines = Object.entries<FaultKind>(faultKinds).flatMap(([name, { summary, target, value }]) => [
    `  ${name.padEnd(16)}${summary}`,
    ...(target === undefined ? [] : [`${" ".repeat(20)}--target ${target}`]),
    ...(value === undefined ? [] : [`${" ".repeat(20)}--value ${value}`]),
  ]);
  return `Kinds:\n${lines.join("\n")}\n`;
}

/** `lab fault` */
export function faultCommand(): Command {
  return new Command("fault")
    .description("order a fault from the lab, list those in force, or end them")
    .addArgument(new Argument("[kind]", "what is to go wrong").choices(Object.keys(faultKinds)))
    .addOption(
      new Option("--for <ms>", "how long it lasts, in ms (default: until it is cleared)").argParser(wholeNumber),
    )
    .option("--target <name>", "what it is to hit (default: everything)")
    .addOption(new Option("--value <n>", "how much; its meaning depends on the kind").argParser(wholeNumber))
    .addOption(new Option("--list", "list the faults in force").conflicts("clear"))
    .addOption(new Option("--clear [id]", "end one fault, or all").argParser(wholeNumber))
    .addOption(dirOption())
    .addOption(outputOption())
    .addHelpText("after", `\n${describeKinds()}`)
    .action(async (kind: FaultName | undefined, options: FaultOptions, command: Command) => {
      const lab = await connectLab(labDir(options.dir));
      const print = (value: unknown, text: string): void =>
        void process.stdout.write(options.output === "json" ? `${JSON.stringify(value, undefined, 2)}\n` : text);
      if (options.clear !== undefined) {
        await lab.clearFault(options.clear === true ? undefined : options.clear);
      } else if (kind !== undefined) {
        checkOptions(kind, options, command);
        const { for: forMs, target, value } = options;
        const fault = await lab.fault(kind, { target, value, forMs });
        print(fault, `${describeFault(fault, Date.now())}\n`);
        return;
      } else if (!options.list) {
        command.error(`error: say which kind of fault, or --list, or --clear\n\n${describeKinds()}`);
      }
      const { faults } = await lab.status();
      print(faults, faults.map((fault) => `${describeFault(fault, Date.now())}\n`).join("") || "no faults in force\n");
    });
}

function checkOptions(kind: FaultName, options: FaultOptions, command: Command): void {
  const { target, value }: FaultKind = faultKinds[kind];
  if (options.target !== undefined && target === undefined) command.error(`error: ${kind} takes no --target`);
  if (options.value !== undefined && value === undefined) command.error(`error: ${kind} takes no --value`);
  if (options.value === undefined && value !== undefined) command.error(`error: ${kind} needs --value: ${value}`);
  if (options.for === 0) command.error("error: --for must be at least 1 ms");
}
