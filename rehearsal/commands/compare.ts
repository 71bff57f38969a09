import { compare, renderComparison, type Compared } from "../../report/compare.ts";
import { readConfig, readVerdict } from "../render.ts";
import type { Run } from "../run.ts";

/** What was found in two runs, side by side. */
export async function compareRuns(one: Run, other: Run, output: "text" | "json"): Promise<string> {
  const [left, right] = [await read(one), await read(other)];
  return output === "json" ? `${JSON.stringify(compare(left, right), undefined, 2)}\n` : renderComparison(left, right);
}

async function read(run: Run): Promise<Compared> {
  return { ...(await readVerdict(run)), order: (await readConfig(run)).order };
}
