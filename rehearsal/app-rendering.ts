import { execa, type ExecaError } from "execa";
import { RehearsalError } from "./errors.ts";

/** A remote base or chart has to be fetched; a local one takes less than a second. */
const timeLimitMs = 60_000;

/**
 * What `kubectl kustomize` or `helm template` prints.
 *
 * @throws RehearsalError with what the program said
 */
export async function render(file: "kubectl" | "helm", args: readonly string[], input = ""): Promise<string> {
  try {
    return (await execa(file, args, { input, timeout: timeLimitMs, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (cause) {
    const { code, stderr, timedOut, shortMessage } = cause as ExecaError;
    const lines = String(stderr ?? "")
      .trim()
      .split("\n")
      .filter((line) => line !== "");
    if (code === "ENOENT") {
      throw new RehearsalError(`${file} was not found on PATH; the app's manifests are rendered with it.`, {
        next: file === "helm" ? "install Helm 3 or 4, or set app.manifests to rendered files" : "`make tools`",
        cause,
      });
    }
    throw new RehearsalError(
      timedOut === true ? `${file} ${args[0]} took more than ${timeLimitMs / 1000} s.` : `${file} ${args[0]} failed.`,
      {
        details: lines.length > 0 ? lines.slice(-5) : [shortMessage],
        next: `run it by hand: ${[file, ...args].join(" ")}`,
        cause,
      },
    );
  }
}
