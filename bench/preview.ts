import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { Clone } from "../test/lab/end-to-end/clone.ts";
import { exampleProduction, plantProduction } from "../test/lab/production.ts";
import { elapsedMs, inTurn, renderRatio } from "./ratio.ts";

/** `pulumi preview -s prod` against the preview of an empty TypeScript program, with the same CLI, plugins and backend. */
export async function preview(project: string): Promise<string> {
  // A clone: making a stack writes into its stack file.
  const clone = await Clone.create("bench");
  try {
    await clone.startLab();
    const empty = join(clone.dir, ".lab/empty");
    await mkdir(empty);
    await symlink(join(project, "node_modules"), join(empty, "node_modules"));
    await writeFile(join(empty, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
    await writeFile(join(empty, "package.json"), '{ "name": "empty", "main": "index.ts" }\n');
    await writeFile(
      join(empty, "tsconfig.json"),
      '{ "compilerOptions": { "strict": true, "module": "commonjs", "moduleResolution": "node", "target": "es2020" } }\n',
    );
    await writeFile(
      join(empty, "index.ts"),
      'import * as pulumi from "@pulumi/pulumi";\nexport const stack = pulumi.getStack();\n',
    );
    const pulumi = (cwd: string, args: readonly string[]) =>
      execa("pulumi", [...args, "--non-interactive"], { cwd, env: clone.lab.env, timeout: 120_000, all: true });
    for (const cwd of [clone.dir, empty]) await pulumi(cwd, ["stack", "init", "prod"]);
    await plantProduction(clone.awsEndpoint, "example-prod-state-store", exampleProduction("prod.k8s.example.com"));

    const values = await inTurn(
      7,
      () => elapsedMs(() => pulumi(clone.dir, ["preview", "--stack", "prod"])),
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
    await clone.dispose();
  }
}
