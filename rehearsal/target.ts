import { setTimeout as delay } from "node:timers/promises";
import { RehearsalError, UsageError } from "./errors.ts";
import { shortDuration } from "./event-log.ts";
import { interrupted } from "./interrupt.ts";
import type { StepContext } from "./steps/step.ts";

const newLimitMs = 10 * 60_000;
const knownLimitMs = 60_000;
const inARow = 5;

export interface TargetWait {
  /**
   * Nothing is begun with an app that does not answer. What was begun goes on all the same, and so does the way back:
   * what broke the app may be just that.
   */
  readonly required: boolean;
  readonly limitMs?: number;
}

/** Waits until the app answers several times in a row: a new load balancer takes minutes until its name and targets are there. */
export async function waitForTarget(
  { config, log }: Pick<StepContext, "config" | "log">,
  { required, limitMs = required ? newLimitMs : knownLimitMs }: TargetWait = { required: true },
): Promise<void> {
  if (config.targetUrl === "")
    throw new UsageError("There is nothing to measure: targetUrl is empty.", {
      next: "deploy the sample app first; its Service's address goes into targetUrl",
    });
  const began = Date.now();
  let good = 0;
  let last = "";
  while (good < inARow) {
    const answer = await probe(config.targetUrl, config.load.requestTimeoutSeconds);
    good = answer === "ok" ? good + 1 : 0;
    if (answer !== "ok" && answer !== last) log.emit({ kind: "waiting", message: `${config.targetUrl}: ${answer}` });
    last = answer;
    if (good < inARow && Date.now() - began > limitMs) {
      if (!required) {
        const message = `${config.targetUrl} does not answer (${answer}): it goes on all the same, under load`;
        log.emit({ kind: "warning", message });
        return;
      }
      throw new RehearsalError(`${config.targetUrl} does not answer (cluster ${config.clusterName}).`, {
        details: [`After ${shortDuration(limitMs)}: ${answer}; expected ${inARow} answers with status 200 in a row.`],
        next: "kubectl get svc,endpoints -A shows whether the load balancer has an address and targets",
      });
    }
    await delay(answer === "ok" ? 100 : 1000);
    interrupted.throwIfAborted();
  }
}

async function probe(url: string, timeoutSeconds: number): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutSeconds * 1000) });
    await response.arrayBuffer();
    return response.ok ? "ok" : `status ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
