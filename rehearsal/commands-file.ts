import { relative } from "node:path";
import { shown, type Command } from "./exec.ts";
import { LineFile } from "./files.ts";

/**
 * Keeps a command in `commands.txt` for the report, as one would type it in the project's folder. Only what holds no secret
 * may be given.
 *
 * @param env variables that decide what the command does
 */
export function noteCommand(
  run: { path(name: string): string },
  { file, args }: Pick<Command, "file" | "args">,
  env: Readonly<Record<string, string>> = {},
): void {
  const words = args.map((word) => (word.startsWith(process.cwd()) ? relative(process.cwd(), word) : word));
  const variables = Object.entries(env).map(([name, value]) => `${name}=${shown({ file: value, args: [] })} `);
  const lines = new LineFile(run.path("commands.txt"));
  lines.append(variables.join("") + shown({ file, args: words }));
  lines.close();
}
