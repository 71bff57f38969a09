import { updateArgv, type UpdateOptions } from "../kops/argv.ts";
import { taskRetry } from "../kops/task-errors.ts";
import type { StepContext } from "./steps/step.ts";

const limitMs = 20 * 60_000;
/** The same failure is told again after this long. */
const repeatMs = 60_000;

/**
 * `kops update cluster --yes`. What fails in it and is tried again is told as it goes: else nobody knows for ten minutes.
 *
 * @param logName names its log file, see `KopsCall`
 * @throws KopsError
 */
export async function updateCluster(
  { kops, log }: StepContext,
  options: UpdateOptions,
  logName: string,
): Promise<void> {
  const onLine = (line: string): void => {
    const message = taskRetry(line);
    if (message !== undefined) log.emit({ kind: "waiting", message, quietMs: repeatMs });
  };
  const call = { log: logName, timeLimitMs: limitMs, onLine, show: true };
  await kops.exec(updateArgv(kops.call, { ...options, yes: true }), call);
}
