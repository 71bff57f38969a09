import { fieldsOfKops } from "./kops-fields/fields.ts";
import type { Path } from "./path.ts";

/** What is in a field: others by name, nothing (a scalar, or a list of these), or anything. */
type Fields = ReadonlyMap<string, Fields> | "scalar" | "anything";

/**
 * Whether kops 1.35 knows a field of a Cluster or InstanceGroup, given by its path in a manifest of its own API version.
 * What it does not know it passes over without a word.
 */
export function knownToKops(apiVersion: string, kind: string, [top, ...path]: Path): boolean {
  if (top !== "spec") return true;
  let fields: Fields | undefined = treeOf(`${apiVersion} ${kind}`);
  for (const part of path) {
    if (fields === undefined || fields === "anything") break;
    if (typeof part === "number") continue;
    fields = fields === "scalar" ? undefined : fields.get(part);
  }
  return fields !== undefined;
}

const trees = new Map<string, Fields | undefined>();

function treeOf(name: string): Fields | undefined {
  if (!trees.has(name)) trees.set(name, parsed(fieldsOfKops[name]));
  return trees.get(name);
}

/** Reads what `kops-fields/print.go` prints. */
function parsed(text: string | undefined): Fields | undefined {
  if (text === undefined) return undefined;
  const root = new Map<string, Fields>();
  const open = [root];
  for (const line of text.split("\n").filter((it) => it !== "")) {
    const depth = line.search(/\S/);
    const into = open[depth] ?? root;
    if (line.endsWith(":")) {
      const inner = new Map<string, Fields>();
      into.set(line.slice(depth, -1), inner);
      open[depth + 1] = inner;
      continue;
    }
    for (const name of line.slice(depth).split(" "))
      if (name.endsWith(".*")) into.set(name.slice(0, -2), "anything");
      else into.set(name, "scalar");
  }
  return root;
}
