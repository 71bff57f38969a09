import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { findTools } from "../../../tools/index.ts";

/** Why the lab's AWS would refuse each of these accesses, for `evaluate.py`; null for what it would allow. */
export async function evaluate(cases: readonly object[]): Promise<(string | null)[]> {
  const { python } = await findTools({ only: [] });
  const script = fileURLToPath(new URL("evaluate.py", import.meta.url));
  const lab = fileURLToPath(new URL("../../../lab/aws", import.meta.url));
  const { stdout } = await execa(python, ["-B", script, lab], { input: JSON.stringify(cases), timeout: 120_000 });
  return JSON.parse(stdout) as (string | null)[];
}
