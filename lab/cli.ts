import { Command, Option } from "commander";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dirOption, outputOption, wholeNumber } from "./cli-arguments.ts";
import { connectLab, NoLabError, startLab, type LabOptions } from "./client.ts";
import { exportLines, unsetVariables } from "./env.ts";
import { faultCommand } from "./fault-command.ts";
import { defaultNodeOptions } from "./options.ts";
import { labDir } from "./paths.ts";
import { logFile } from "./process-supervisor.ts";
import { readState } from "./state-file.ts";
import { renderStatus } from "./status.ts";

interface DirOptions {
  readonly dir?: string;
}

const milliseconds = (flag: string, description: string, usual?: number): Option => {
  const more = usual === undefined ? "" : ` (default: ${usual})`;
  return new Option(`--${flag} <ms>`, description + more).argParser(wholeNumber);
};

const program = new Command("lab").description(
  "the embedded lab: AWS, a cluster and its load balancers on this machine",
);

program
  .command("up")
  .description("install what is missing and start the lab, which runs until `lab down`")
  .addOption(dirOption())
  .addOption(milliseconds("boot-ms", "from a running instance to a Ready node", defaultNodeOptions.bootMs))
  .addOption(milliseconds("pod-start-ms", "from a pod being bound to its start", defaultNodeOptions.podStartMs))
  .addOption(milliseconds("pod-ready-ms", "from a pod's start until it may be ready"))
  .addOption(
    milliseconds(
      "lb-deregistration-ms",
      "how long a load balancer keeps connections to a target that left",
      defaultNodeOptions.lbDeregistrationMs,
    ),
  )
  .addOption(milliseconds("lb-health-ms", "interval of the load balancer's health checks"))
  .action(async ({ dir, ...options }: DirOptions & LabOptions) => {
    const lab = await startLab({ dir, owned: false, options, progress: (line) => console.error(line) });
    const { endpoints } = await lab.status();
    for (const [name, url] of Object.entries(endpoints)) console.log(`${name.padEnd(8)} ${url}`);
    console.log(`\nNext: eval "$(npm run -s lab -- env)", then pulumi, kops, kubectl and aws meet the lab.`);
  });

program
  .command("down")
  .description("stop the lab and all that runs in it")
  .addOption(dirOption())
  .action(async (options: DirOptions) => {
    const dir = labDir(options.dir);
    if (!readState(dir)) {
      console.log(`no lab runs in ${dir}`);
      return;
    }
    await (await connectLab(dir)).down();
    console.log(`the lab in ${dir} is down`);
  });

program
  .command("status")
  .description("show what runs in the lab")
  .addOption(dirOption())
  .addOption(outputOption())
  .action(async (options: DirOptions & { output: "text" | "json" }) => {
    const status = await (await connectLab(labDir(options.dir))).status();
    console.log(
      options.output === "json" ? JSON.stringify(status, undefined, 2) : renderStatus(status, Date.now()).trimEnd(),
    );
  });

program
  .command("env")
  .description('print the environment of the lab for a shell: eval "$(npm run -s lab -- env)"')
  .addOption(dirOption())
  .action((options: DirOptions) => {
    const dir = labDir(options.dir);
    const state = readState(dir);
    if (!state) throw new NoLabError(dir);
    process.stdout.write(exportLines(state.env, state.path));
  });

program.addCommand(faultCommand());

program
  .command("logs")
  .description("print a log of the lab; without a name, list them")
  .argument("[name]", "e.g. lab, kube-apiserver")
  .addOption(dirOption())
  .action((name: string | undefined, options: DirOptions, command: Command) => {
    const dir = labDir(options.dir);
    const folder = join(dir, "logs");
    const names = existsSync(folder) ? readdirSync(folder).map((file) => file.replace(/\.log$/, "")) : [];
    if (name === undefined) console.log(names.sort().join("\n") || `no logs in ${folder}`);
    else if (names.includes(name)) process.stdout.write(readFileSync(logFile(dir, name)));
    else command.error(`error: no log "${name}" in ${folder}; there are: ${names.sort().join(", ") || "none"}`);
  });

program
  .command("rehearse")
  .description("run a whole rehearsal in a lab of its own: up, pulumi up, verdict, pulumi destroy, down")
  .option("--keep", "leave the lab and the cluster as they are at the end")
  .addOption(dirOption())
  .action(async (options: DirOptions & { keep?: true }) => {
    for (const name of unsetVariables) delete process.env[name]; // its programs inherit this environment
    const { rehearse } = await import("./rehearse.ts");
    process.exitCode = await rehearse({ ...options, keep: options.keep ?? false });
  });

program.parseAsync().catch((error: unknown) => {
  // A stack trace helps nobody who merely used the lab; the cause often does.
  const cause = error instanceof Error && error.cause instanceof Error ? `\n  cause: ${error.cause.message}` : "";
  console.error(`error: ${error instanceof Error ? error.message : String(error)}${cause}`);
  process.exitCode = 1;
});
