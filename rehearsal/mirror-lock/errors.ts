import type { SeenLock } from "../../ownership/lock.ts";
import { messageOf, RehearsalError } from "../errors.ts";
import type { LockStore } from "./store.ts";

/** Names the hold that is to be taken over, and nothing else can be. */
export const takeOverVariable = "REHEARSAL_TAKE_OVER";

/** Somebody else works on the mirror, or it is another stack's. */
export class LockedError extends RehearsalError {}

export function lockedError(
  seen: SeenLock,
  why: string,
  me: { readonly owner: string },
  store: Pick<LockStore, "url">,
): LockedError {
  const { cluster, owner, hold } = seen.lock;
  const foreign = owner !== me.owner;
  return new LockedError(`The mirror ${cluster} is not free.`, {
    details: [why, `Lock: ${store.url}`],
    next: foreign
      ? `if its stack is lost, \`npx rehearsal sweep --owner ${owner}\` shows what there is of it; to go on with it as it is: ${takeOverVariable}=${hold} pulumi up`
      : `wait, or ask them; if they are gone, take over with ${takeOverVariable}=${hold} before the same command`,
  });
}

/** What S3 refused, on which bucket, by whom; no step goes on without its lock. */
export function lockStoreError(
  doing: "read" | "written",
  store: LockStore,
  principal: string | undefined,
  cause: unknown,
): RehearsalError {
  const { name = "Error", $metadata } = cause as { name?: string; $metadata?: { httpStatusCode?: number } };
  const denied = $metadata?.httpStatusCode === 403;
  const action = doing === "read" ? "s3:GetObject" : "s3:PutObject";
  return new RehearsalError(`The lock of the mirror could not be ${doing}: ${store.url}.`, {
    details: [
      `S3 answered: ${name}: ${messageOf(cause).split("\n")[0] ?? ""}`,
      `Bucket: ${store.bucket}, action: ${action}, principal: ${principal ?? "unknown (AWS did not say)"}`,
    ],
    next: denied
      ? `allow ${action} on arn:aws:s3:::${store.bucket}/* and s3:ListBucket on arn:aws:s3:::${store.bucket}; \`aws sts get-caller-identity\` shows who asks`
      : "check credentials and connection, then run the same command again",
    cause,
  });
}
