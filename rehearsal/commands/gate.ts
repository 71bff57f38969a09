import type { VerdictName } from "../../analysis/verdict-schema.ts";
import { verdictStatus } from "../exit-status.ts";
import { readVerdict } from "../render.ts";
import type { Run } from "../run.ts";

/** Whether a run's verdict is one that is accepted, for a pipeline. */
export async function gate(
  run: Run,
  accept: readonly VerdictName[],
  output: "text" | "json",
): Promise<{ text: string; status: number }> {
  const { verdict, reasons } = await readVerdict(run);
  const status = verdictStatus(verdict, accept);
  const accepted = status === 0;
  if (output === "json") return { text: `${JSON.stringify({ run: run.name, verdict, accepted, reasons })}\n`, status };
  const lines = [`${verdict} ${accepted ? "is accepted" : `is not among ${accept.join(", ")}`}: run ${run.name}`];
  return { text: [...lines, ...reasons.map((reason) => `  ${reason}`), ""].join("\n"), status };
}
