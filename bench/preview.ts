import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { startLab } from "../lab/client.ts";
import { elapsedMs, inTurn, renderRatio } from "./ratio.ts";

/** `pulumi preview -s prod` against the preview of an empty TypeScript program, with the same CLI, plugins and backend. */
export async function preview(project: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "rehearsal-bench-"));
  const lab = await startLab({ dir: join(scratch, "lab"), owned: true });
  try {
    const empty = join(scratch, "empty");
    await mkdir(empty);
    await symlink(join(project, "node_modules"), join(empty, "node_modules"));
    await writeFile(join(empty, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
    await writeFile(join(empty, "package.json"), '{ "name": "empty", "main": "index.ts" }\n');
    await writeFile(
      join(empty, "tsconfig.json"),
      '{ "compilerOptions": { "module": "commonjs", "target": "es2020" } }\n',
    );
    await writeFile(
      join(empty, "index.ts"),
      'import * as pulumi from "@pulumi/pulumi";\nexport const stack = pulumi.getStack();\n',
    );

    // The stack file gets an encryption salt when the stack is made: a copy keeps the work tree as it is.
    const config = join(scratch, "Pulumi.prod.yaml");
    await cp(join(project, "Pulumi.prod.yaml"), config);
    const pulumi = (cwd: string, args: readonly string[]) =>
      execa("pulumi", [...args, "--non-interactive"], { cwd, env: lab.env, timeout: 120_000, all: true });
    await pulumi(empty, ["stack", "init", "prod"]);
    await pulumi(project, ["stack", "init", "prod", "--no-select", "--config-file", config]);

    const values = await inTurn(
      5,
      () => elapsedMs(() => pulumi(project, ["preview", "--stack", "prod", "--config-file", config])),
      () => elapsedMs(() => pulumi(empty, ["preview", "--stack", "prod"])),
    );
    return renderRatio({
      name: "preview: time of `pulumi preview -s prod` against an empty TypeScript program",
      a: "this program",
      b: "an empty program",
      unit: "ms",
      goal: "at most 1.3",
      ...values,
    });
  } finally {
    await lab.down();
    await rm(scratch, { recursive: true, force: true });
  }
}
