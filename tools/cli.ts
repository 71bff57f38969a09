import { Command } from "commander";
import { ensureTools, findTools, labPlatformProblem } from "./index.ts";
import type { Tools } from "./index.ts";
import { printer } from "./progress.ts";

const program = new Command("tools").description(
  "The pinned tools of the project: Pulumi, kops, k6, Kubernetes, moto.",
);

program
  .command("install")
  .description("find each tool on PATH or in the cache; download or build what is missing")
  .action(async () => {
    const progress = printer();
    const problem = labPlatformProblem();
    if (problem) progress(problem);
    print(await ensureTools({ progress }));
  });

program
  .command("list")
  .description("show where each tool is; install nothing")
  .action(async () => print(await findTools()));

program
  .command("path")
  .description("print the folder that belongs in front of PATH; install nothing")
  .action(async () => console.log((await findTools()).binDir));

program.addHelpText(
  "after",
  `
Environment:
  REHEARSAL_TOOLS_DIR  where installed tools are kept (default: kops-upgrade-rehearsal in the user's cache folder)
  REHEARSAL_TOOLS_WAY  which ways to have a tool are allowed, e.g. cache,build (default: path,cache,release,build)`,
);

function print({ binDir, paths, python, ways }: Tools): void {
  const rows = [...Object.entries(paths), ["python", python] as const];
  for (const [name, file] of rows) console.log(`${name.padEnd(24)} ${file} (${ways[name]})`);
  console.log(`${"PATH folder".padEnd(24)} ${binDir}`);
}

try {
  await program.parseAsync();
} catch (error) {
  // The message is for a person; a stack would hide it.
  console.error(error instanceof Error ? error.message : error);
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
}
