import { existsSync } from "node:fs";
import { z } from "zod";
import type { Cluster } from "./cluster.ts";
import { writeJson } from "./files.ts";
import { readJson } from "./read-json.ts";
import type { Run } from "./run.ts";

const name = "nodes.json";
const countSchema = z.object({ nodes: z.number().int() });

/**
 * How many nodes there were when a roll began. It is kept: whoever goes on after a kill may find one more, which is only
 * there until another has taken its place.
 */
export async function nodesBefore(folder: Run, cluster: Pick<Cluster, "nodes">): Promise<number> {
  if (!existsSync(folder.path(name))) {
    const { length: nodes } = await cluster.nodes();
    await writeJson(folder.path(name), { nodes } satisfies z.infer<typeof countSchema>);
  }
  return (await readJson(folder, name, countSchema)).nodes;
}
