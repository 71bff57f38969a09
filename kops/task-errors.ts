import { kopsErrorCode } from "./errors.ts";
import { parseLogLine } from "./klog.ts";

/** Longer texts tell a person no more. */
const longest = 300;

/**
 * What `kops update` says of a task that failed and that it tries again, for ten minutes: which task, and AWS's reason.
 *
 * @returns undefined for any other line
 */
export function taskRetry(line: string): string | undefined {
  const [, task, why = ""] =
    /^error running task "([^"]+)" \([^)]*remaining to succeed\): (.*)/.exec(parseLogLine(line).message) ?? [];
  if (task === undefined) return undefined;
  const reason = kopsErrorCode(why) === "throttled" ? `AWS throttles it: ${why}` : why;
  return `kops tries ${task} again: ${reason.slice(0, longest)}`;
}
