import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Argument, Command, Option } from "commander";
import { verdicts, type VerdictName } from "../analysis/verdict-schema.ts";
import { policyKinds, type PolicyKind } from "../iam/policies.ts";
import type { FidelityOptions } from "./commands/fidelity.ts";
import type { MirrorOptions } from "./commands/mirror.ts";
import type { PolicyOptions } from "./commands/policy.ts";
import type { SweepOptions } from "./commands/sweep.ts";
import { stackDir } from "./commands/stack-dir.ts";
import { steps, type StepName } from "./config.ts";
import { RehearsalError, textOf, UsageError } from "./errors.ts";
import { exitStatus, exitStatusHelp } from "./exit-status.ts";
import { handleSignals } from "./interrupt.ts";
import { Runs } from "./run.ts";

interface Common {
  readonly stack?: string;
  readonly output: "text" | "json";
}

const program = new Command("rehearsal")
  .description("Rehearse a kops cluster upgrade; `pulumi up` calls this for its steps.")
  .addHelpText("after", `\n${exitStatusHelp}`)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitStatus.usage))
  .showHelpAfterError("(rehearsal --help shows the usage)");

const stackOption = new Option("-s, --stack <name>", "stack whose runs are meant (default: the only one there is)");
const outputOption = new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text");

program
  .command("step")
  .description("run one step; its settings come as JSON on standard input, its result is one line on standard output")
  .addArgument(new Argument("<name>", "step").choices(steps))
  .action(async (name: StepName) => {
    handleSignals({ withParent: true });
    const { parseConfig, runStep } = await import("./step-runner.ts");
    const { result, print } = await runStep(name, parseConfig(readFileSync(0, "utf8")));
    process.stdout.write(print ?? `${JSON.stringify(result)}\n`);
  });

program
  .command("preflight")
  .description("look at everything that can stop a rehearsal, before it costs money; nothing is created or changed")
  .addOption(new Option("-s, --stack <name>", "stack (default: the only one there is)").env("PULUMI_STACK"))
  .addOption(outputOption)
  .addHelpText("after", `\n${exitStatusHelp}`)
  .action(async ({ stack, output }: Common) => {
    handleSignals();
    const { preflightCommand } = await import("./commands/preflight.ts");
    const { text, status } = await preflightCommand(stack, output);
    process.stdout.write(text);
    process.exitCode = status;
  });

program
  .command("claim", { hidden: true })
  .description("print the owner and the expiry of a new mirror; `pulumi up` calls this first")
  .action(async () => {
    const { claimCommand } = await import("./commands/claim.ts");
    process.stdout.write(`${JSON.stringify(claimCommand(readFileSync(0, "utf8"), process.env))}\n`);
  });

program
  .command("watch")
  .description("follow the events of the stack as they come, until interrupted")
  .argument("[stack]", "stack (default: the only one there is)")
  .addOption(outputOption)
  .action(async (stack: string | undefined, { output }: Common) => {
    const { watchStack } = await import("./commands/watch.ts");
    await watchStack(stackDir(stack, { mustExist: stack === undefined }), output);
  });

program
  .command("report")
  .description("judge a run again from its files, and write its verdict, report and runbook anew")
  .argument("[run]", "name of a run", "latest")
  .addOption(stackOption)
  .addOption(outputOption)
  .action(async (name: string, { stack, output }: Common) => {
    const { judgeAndRender, readConfig } = await import("./render.ts");
    const { showVerdict } = await import("./commands/show.ts");
    const run = await new Runs(stackDir(stack)).get(name);
    const verdict = await judgeAndRender(run, await readConfig(run));
    process.stdout.write(showVerdict(verdict, run, output));
  });

program
  .command("revert")
  .description(
    "take the mirror of the stack's latest run back to the old version, under load, from wherever its upgrade is",
  )
  .addOption(stackOption)
  .addOption(outputOption)
  .action(async ({ stack, output }: Common) => {
    handleSignals();
    const { revertLatest } = await import("./commands/revert.ts");
    const { renderRevert } = await import("../report/way-back.ts");
    const result = await revertLatest(stackDir(stack));
    process.stdout.write(output === "json" ? `${JSON.stringify(result, undefined, 2)}\n` : renderRevert(result));
  });

program
  .command("gate")
  .description("exit with 0 only for a verdict that is accepted and still holds for the stack's settings")
  .argument("[run]", "name of a run", "latest")
  .addOption(stackOption)
  .addOption(outputOption)
  .addOption(
    new Option("--accept <verdicts>", "accepted verdicts, separated by commas")
      .argParser(parseVerdicts)
      .default(["SAFE"] satisfies VerdictName[], "SAFE"),
  )
  .addOption(
    new Option("--max-age <duration>", "how old the rehearsal may be, e.g. 36h or 14d")
      .argParser(parseAge)
      .default(parseAge("14d"), "14d"),
  )
  .addHelpText("after", `\n${exitStatusHelp}`)
  .action(async (name: string, options: Common & { accept: VerdictName[]; maxAge: number }) => {
    const { gate } = await import("./commands/gate.ts");
    const { stack, accept, maxAge: maxAgeMs, output } = options;
    const dir = stackDir(stack);
    const { text, status } = await gate(await new Runs(dir).get(name), basename(dir), { accept, maxAgeMs, output });
    process.stdout.write(text);
    process.exitCode = status;
  });

program
  .command("policy")
  .description("print the IAM policies of a stack, each limited to it, as JSON by name; nothing is changed anywhere")
  .addOption(
    new Option("--kind <kind>", "read: previews and preflight; mirror: a rehearsal; boundary: the mirror's instances")
      .choices(policyKinds)
      .makeOptionMandatory(),
  )
  .requiredOption("-s, --stack <name>", "stack, of which Pulumi.<name>.yaml is in the current folder")
  .option("--account <id>", "twelve digits (default: the account of the credentials in the environment)")
  .option(
    "--from <source>",
    "production's manifests, which are read for its service accounts' roles if the stack has a discoveryStore: a file, or s3://bucket/path/cluster (default: the setting production.source)",
  )
  .option("--backend <url>", "Pulumi's state is in this bucket: s3://bucket/path; the policies give access to it")
  .option("--kms-key <arn>", "Pulumi's secrets are encrypted with this key; the policies allow its use")
  .option("--write <folder>", "write each policy to a file of its own instead")
  .action(async ({ kind, ...options }: { kind: PolicyKind } & PolicyOptions) => {
    const { policyCommand } = await import("./commands/policy.ts");
    process.stdout.write(await policyCommand(kind, options));
  });

program
  .command("compare")
  .description("show the verdicts and figures of two runs side by side")
  .argument("<run>", "name of a run, or latest; STACK/NAME for one of another stack")
  .argument("<other>", "another run")
  .addOption(stackOption)
  .addOption(outputOption)
  .action(async (one: string, other: string, { stack, output }: Common) => {
    const { compareRuns } = await import("./commands/compare.ts");
    const { namedRun } = await import("./commands/named-run.ts");
    process.stdout.write(await compareRuns(await namedRun(one, stack), await namedRun(other, stack), output));
  });

program
  .command("runs")
  .description("list the runs of a stack, oldest first")
  .addOption(stackOption)
  .addOption(outputOption)
  .action(async ({ stack, output }: Common) => {
    const { runsText, summaries } = await import("./commands/runs.ts");
    const rows = await summaries(new Runs(stackDir(stack)));
    process.stdout.write(output === "json" ? `${JSON.stringify(rows, undefined, 2)}\n` : runsText(rows));
  });

program
  .command("sweep")
  .description(
    "list what there is on AWS of mirrors, by their owners' tags; with --delete, delete what is past its expiry or orphaned",
  )
  .addOption(new Option("-s, --stack <name>", "only mirrors of this stack"))
  .option("--owner <id>", "only the mirror of this owner; with --delete, also when it is not expired")
  .option("--region <region>", "region to look in (default: AWS_REGION)", process.env["AWS_REGION"])
  .addOption(
    new Option("--production <name>", "cluster that is never touched, besides those that the stack files name")
      .argParser(collect)
      .default([], "none"),
  )
  .option("--delete", "delete what is listed as expired or orphaned")
  .option("--yes", "do not ask")
  .addOption(outputOption)
  .action(async (options: SweepOptions) => {
    handleSignals();
    const { sweep } = await import("./commands/sweep.ts");
    process.stdout.write(await sweep(options));
  });

const fromFlag = "--from <source>";
const fromText =
  "production: a file with the output of `kops get all -o yaml` (- for standard input), or s3://state-store/cluster";
const fromOption = new Option(fromFlag, fromText).makeOptionMandatory();
const profileOption = new Option("--profile <name>", "AWS profile that may read production's state store");

program
  .command("mirror")
  .description("print the kops manifests of a mirror of production; production is only read, nothing else is touched")
  .addOption(fromOption)
  .addOption(profileOption)
  .requiredOption("--name <name>", "name of the mirror, a DNS name of its own")
  .option("--zone <zone>", "hosted zone of the mirror; needed unless production does without DNS records")
  .option("--state <url>", "state store of the mirror, s3://bucket (default: one named after the mirror)")
  .option("--vpc <id>", "existing VPC of the mirror (default: kops makes one)")
  .option("--cidr <cidr>", "network of the mirror", "172.20.0.0/16")
  .option("--scale <factor>", "sizes of instance groups are multiplied by this", parseNumber, 1)
  .option("--minimum <size>", "least size of an instance group", parseNumber, 1)
  .addOption(
    new Option("--tag <name=value>", "tag of all resources; may be given again").argParser(collect).default([], "none"),
  )
  .addOption(
    new Option("--access <cidr>", "who may reach the API server and SSH; may be given again")
      .argParser(collect)
      .default([], "none"),
  )
  .option("--discovery-store <url>", "public place of the mirror's service account keys, s3://bucket/path")
  .action(async ({ from, profile, ...options }: { from: string; profile?: string } & MirrorOptions) => {
    const { readProduction } = await import("./production/source.ts");
    const { mirrorOf, mirrorText } = await import("./commands/mirror.ts");
    const { manifests, notes } = mirrorText(mirrorOf(await readProduction(from, { profile }), options));
    process.stdout.write(manifests);
    process.stderr.write(notes);
  });

program
  .command("fidelity")
  .description("say what of production a mirror has, field by field; production is only read")
  .option(fromFlag, `${fromText} (default: the stack's)`)
  .addOption(profileOption)
  .addOption(
    new Option("-s, --stack <name>", "stack whose mirror it is, with its waivers (default: any mirror, no waivers)"),
  )
  .addOption(outputOption)
  .option("--kubeconfig <file>", "read-only access to production: list what runs there and not in the mirror")
  .option("--fixtures <dir>", "write inert copies of what runs in production as manifests (needs --kubeconfig)")
  .option("--discovery-store <url>", "public place of the mirror's service account keys, s3://bucket/path")
  .action(async ({ output, ...options }: FidelityOptions & { output: "text" | "json" }) => {
    const { fidelityCommand } = await import("./commands/fidelity.ts");
    process.stdout.write(await fidelityCommand(options, output));
  });

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || text.trim() === "")
    throw new UsageError(`${text} is not a number.`, { details: ["Expected 0 or more."] });
  return value;
}

program
  .command("prices")
  .description("show where the price table's prices are from; with --refresh, ask AWS for those of a region")
  .option("--refresh", "ask the AWS Price List Query API (needs pricing:GetProducts) and write cost/prices.json")
  .option("--region <region>", "region to refresh (default: AWS_REGION)", process.env["AWS_REGION"])
  .addOption(outputOption)
  .action(async ({ refresh, region, output }: Common & { refresh?: true; region?: string }) => {
    const { pricesText, refreshPrices } = await import("./commands/prices.ts");
    const { readPriceTable } = await import("./price-table.ts");
    if (refresh && !region)
      throw new UsageError("Which region's prices are to be refreshed?", { next: "name it with --region" });
    const table = refresh && region ? await refreshPrices(region) : readPriceTable();
    process.stdout.write(output === "json" ? `${JSON.stringify(table.lists, undefined, 2)}\n` : pricesText(table));
  });

function parseAge(text: string): number {
  const [, count, unit] = /^(\d+)([hd])$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`${text} is not an age.`, { details: ["Expected hours or days, such as 36h or 14d."] });
  return Number(count) * (unit === "d" ? 24 : 1) * 60 * 60_000;
}

function parseVerdicts(text: string): VerdictName[] {
  return text.split(",").map((word) => {
    const name = verdicts.find((verdict) => verdict === word.trim().toUpperCase());
    if (name === undefined)
      throw new UsageError(`${word} is not a verdict.`, { details: [`Expected some of ${verdicts.join(", ")}.`] });
    return name;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`error: ${textOf(error)}\n`);
  if (process.env["REHEARSAL_DEBUG"] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof RehearsalError ? error.status : exitStatus.failure;
}
// Sockets of the cluster's API that linger must not keep a finished step waiting.
process.stdout.write("", () => process.exit());
