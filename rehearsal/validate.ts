import { setTimeout as delay } from "node:timers/promises";
import { validateArgv } from "../kops/argv.ts";
import { KopsError } from "../kops/errors.ts";
import { parseValidations, type Validation } from "../kops/validate.ts";
import { RehearsalError } from "./errors.ts";
import { shortDuration } from "./event-log.ts";
import { CommandError } from "./exec.ts";
import { interrupted } from "./interrupt.ts";
import type { StepContext } from "./steps/step.ts";

/** What is waited for, in one line: `2 of 4 nodes ready; waiting for Node i-0ab: …; Pod kube-system/…: …`. */
export function validationLine({ nodes, failures }: Validation): string {
  const ready = nodes.filter((node) => node.ready).length;
  const reasons = failures.slice(0, 3).map(({ kind, name, message }) => {
    const text = message.split("\n")[0] ?? "";
    return text.includes(name) ? text : `${kind} ${name}: ${text}`;
  });
  const more = failures.length > 3 ? [`and ${failures.length - 3} more`] : [];
  const waiting = failures.length === 0 ? "" : `; waiting for ${[...reasons, ...more].join("; ")}`;
  return `${ready} of ${nodes.length} nodes ready${waiting}`;
}

const pauseMs = 3000;
const repeatMs = 30_000;

/**
 * Asks kops until the cluster is valid, telling what is waited for whenever that changes.
 *
 * @param hopeless aborted, with the reason, when waiting on is of no use
 * @throws RehearsalError at the time limit, with what was still missing; the reason when it is hopeless
 */
export async function waitUntilValid(
  context: StepContext,
  limitMs: number,
  hopeless?: AbortSignal,
): Promise<Validation> {
  const { kops, log, config } = context;
  const began = Date.now();
  let shown = "";
  let shownAt = 0;
  for (;;) {
    const state = await validateOnce(context, hopeless);
    if (typeof state !== "string" && state.valid) {
      log.emit({ kind: "validation-passed", message: `${config.clusterName} is valid: ${validationLine(state)}` });
      return state;
    }
    const line = typeof state === "string" ? state : validationLine(state);
    const elapsed = Date.now() - began;
    if (elapsed > limitMs) {
      throw new RehearsalError(`${config.clusterName} did not become valid within ${shortDuration(limitMs)}.`, {
        details: [`At the end: ${line}`],
        next: "kops validate cluster; kubectl get nodes; kubectl -n kube-system get pods; then `pulumi up` goes on",
        log: kops.logFile("validate"),
      });
    }
    if (line !== shown || Date.now() - shownAt > repeatMs) {
      log.emit({ kind: "waiting", message: `${line} (${shortDuration(elapsed)} elapsed)` });
      shown = line;
      shownAt = Date.now();
    }
    await delay(pauseMs, undefined, { signal: interrupted }).catch(() => interrupted.throwIfAborted());
  }
}

/** The result, or why there is none. */
async function validateOnce({ kops }: StepContext, signal: AbortSignal | undefined): Promise<Validation | string> {
  signal?.throwIfAborted();
  const call = { log: "validate", timeLimitMs: 90_000, ...(signal === undefined ? {} : { signal }) };
  try {
    const { stdout } = await kops.exec(validateArgv(kops.call), call);
    return parseValidations(stdout).at(-1) ?? "kops validate printed no result";
  } catch (error) {
    if (error instanceof KopsError) {
      const cause = error.cause;
      const result = cause instanceof CommandError ? parseValidations(cause.stdout).at(-1) : undefined;
      if (result !== undefined) return result;
      // A cluster that is being created cannot be reached for a while; what no waiting cures is said at once.
      if (["state-store-missing", "state-store-denied", "credentials", "cluster-not-found"].includes(error.code))
        throw error;
      return "waiting for the API server";
    }
    if (error instanceof CommandError && error.exitCode === undefined && !/not on PATH/.test(error.problem))
      return "waiting for the API server (kops validate hung)";
    throw error;
  }
}
