import type { JudgeInput } from "./judge-input.ts";
import type { Verdict } from "./verdict-schema.ts";

/** Says what the two runs, the roll and the checks amount to. The same input always gives the same verdict. */
export function judge(input: JudgeInput): Verdict {
  throw new Error(`not yet written: ${input.run}`);
}
