import { compare, renderComparison } from "../../report/compare.ts";
import { readVerdict } from "../render.ts";
import type { Run } from "../run.ts";

/** What was found in two runs, side by side. */
export async function compareRuns(one: Run, other: Run, output: "text" | "json"): Promise<string> {
  const [left, right] = [await readVerdict(one), await readVerdict(other)];
  return output === "json" ? `${JSON.stringify(compare(left, right), undefined, 2)}\n` : renderComparison(left, right);
}
