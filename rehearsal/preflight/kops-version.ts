import { known, unknown, type Fact } from "../../preflight/fact.ts";
import { messageOf } from "../errors.ts";
import { run } from "../exec.ts";
import { interrupted } from "../interrupt.ts";

/** What the kops on PATH calls itself. */
export async function kopsVersion(cluster: string): Promise<Fact<string>> {
  try {
    const { stdout } = await run({ file: "kops", args: ["version", "--short"], cluster, timeLimitMs: 30_000 });
    return known(stdout.trim());
  } catch (error) {
    interrupted.throwIfAborted();
    return unknown(
      `kops did not tell its version: ${messageOf(error).split("\n")[0] ?? ""}`,
      "put kops on PATH (`make tools`)",
    );
  }
}
