import { setTimeout as delay } from "node:timers/promises";
import { RehearsalError } from "./errors.ts";

const everyMs = 10_000;
const callLimitMs = 10_000;

/** The credentials ran out: that says nothing about the upgrade. */
export class ExpiredCredentials extends RehearsalError {}

/**
 * Watches whether AWS still takes our credentials while a program runs that needs them. AWS's SDK for Go takes EC2's
 * answer to expired ones (RequestExpired) for a wrong clock and tries again for minutes, without saying why.
 *
 * @returns a signal that is aborted, with what to do, once AWS says that they have expired; and how to end the watch
 */
export function watchCredentials(clusterName: string, region: string): { signal: AbortSignal; stop: () => void } {
  const expired = new AbortController();
  const ended = new AbortController();
  void ask(clusterName, region, expired, ended.signal);
  return { signal: expired.signal, stop: () => ended.abort() };
}

async function ask(clusterName: string, region: string, expired: AbortController, ended: AbortSignal): Promise<void> {
  for (;;) {
    await delay(everyMs, undefined, { signal: ended, ref: false }).catch(() => undefined);
    if (ended.aborted) return;
    const answer = await expiry(region);
    if (ended.aborted) return;
    if (answer === undefined) continue;
    expired.abort(
      new ExpiredCredentials(`The AWS credentials expired while kops worked on ${clusterName}.`, {
        details: [`AWS answered: ${answer}`],
        next: "log in again (aws sts get-caller-identity must work in this shell), then `pulumi up` goes on from there",
      }),
    );
    return;
  }
}

/** What AWS says of credentials that have expired; undefined when it takes them or cannot be asked. */
async function expiry(region: string): Promise<string | undefined> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient({ region, maxAttempts: 1 });
  try {
    await client.send(new GetCallerIdentityCommand({}), { abortSignal: AbortSignal.timeout(callLimitMs) });
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/.test(name) ? `${name}: ${message}` : undefined;
  } finally {
    client.destroy();
  }
}
