import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";

const root = ".rehearsal";

/**
 * The folder of a stack's runs, relative to the project.
 *
 * @throws UsageError when no stack is named and there is not exactly one, or (by default) when it has no runs
 */
export function stackDir(stack: string | undefined, { mustExist = true } = {}): string {
  const known = existsSync(root) ? readdirSync(root).sort() : [];
  const name = stack ?? (known.length === 1 ? known[0] : undefined);
  if (name === undefined) {
    throw new UsageError(known.length === 0 ? `There are no runs: ${root} is not there.` : "Which stack is meant?", {
      details: known.length === 0 ? [] : [`There are runs of ${known.join(", ")}.`],
      next: known.length === 0 ? "`pulumi up` makes one; run this in the project's folder" : "name one with --stack",
    });
  }
  if (mustExist && !known.includes(name))
    throw new UsageError(`Stack ${name} has no runs in ${root}.`, {
      details: [known.length === 0 ? "There are none at all." : `There are runs of ${known.join(", ")}.`],
    });
  return join(root, name);
}
