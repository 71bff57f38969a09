import { Runs, type Run } from "../run.ts";
import { stackDir } from "./stack-dir.ts";

/**
 * A run by its name, or by `stack/name` when it is one of another stack.
 *
 * @param stack whose run a plain name is; undefined: the only one there is
 * @throws UsageError when there is none
 */
export async function namedRun(name: string, stack: string | undefined): Promise<Run> {
  const [own, other] = name.split("/");
  return other === undefined ? await new Runs(stackDir(stack)).get(name) : await new Runs(stackDir(own)).get(other);
}
