import { z } from "zod";

/** Who works on a mirror; nothing of it is secret. */
export const holderSchema = z.object({
  /** The same for all steps of a stack in one folder of one machine, which never hinder each other. */
  id: z.string(),
  /** `user@host`. */
  who: z.string(),
  /** Whom AWS takes them for (ARN); absent when it could not be asked. */
  principal: z.string().optional(),
  step: z.string(),
  /** RFC 3339. */
  since: z.iso.datetime(),
  /** How long after it was written the lock holds, in seconds; whoever works writes it anew long before. */
  leaseSeconds: z.number().positive(),
});
export type Holder = z.infer<typeof holderSchema>;

/** The lock object in a mirror's state store: whose the mirror is, and who works on it just now. */
export const lockSchema = z.object({
  /** The owner in the mirror's tags; empty for a mirror that has none. */
  owner: z.string(),
  stack: z.string(),
  cluster: z.string(),
  /** Another one each time that somebody else takes the lock: what is taken over is just this hold. */
  hold: z.string(),
  /** How often it was written. An etag tells of contents: without it, one that was read would still match after a sign of life. */
  writes: z.number().int(),
  /** Null while nobody works on it. */
  holder: holderSchema.nullable(),
});
export type Lock = z.infer<typeof lockSchema>;

/** A lock as it was read. */
export interface SeenLock {
  readonly lock: Lock;
  /** Seconds since it was written, by the store's own clock. */
  readonly ageSeconds: number;
}

/** May be taken (with what it takes the place of, for people), or not, and why. */
export type LockDecision = { readonly take: true; readonly instead?: string } | { readonly take: false; why: string };

/**
 * Whether `me` may take the lock. It is free for its owner's stack when nobody holds it or when its holder gave no sign
 * of life for longer than the lease; what is held, or another owner's, only whoever names the hold may take over.
 *
 * @param takeOver the hold that is to be taken over, if any
 */
export function mayTake(
  seen: SeenLock | undefined,
  me: { readonly owner: string; readonly id: string },
  takeOver: string | undefined,
): LockDecision {
  if (seen === undefined) return { take: true };
  const { lock, ageSeconds } = seen;
  const { holder } = lock;
  const lapsed = holder !== null && ageSeconds > holder.leaseSeconds;
  const named = takeOver !== undefined && takeOver === lock.hold;
  if (lock.owner !== me.owner)
    return named
      ? { take: true, instead: `the mirror of stack ${lock.stack} (owner ${lock.owner})` }
      : { take: false, why: `It belongs to another stack: ${lock.stack}, owner ${lock.owner || "unknown"}.` };
  if (holder === null || holder.id === me.id) return { take: true };
  if (lapsed || named) return { take: true, instead: `the lock of ${holderText(seen)}` };
  return { take: false, why: `It is worked on by ${holderText(seen)}.` };
}

/** `alice@laptop (arn:…), step upgrade, since …, last sign of life 12 s ago`. */
export function holderText({ lock: { holder }, ageSeconds }: SeenLock): string {
  if (holder === null) return "nobody";
  const principal = holder.principal === undefined ? "" : ` (${holder.principal})`;
  const age = Math.max(0, Math.round(ageSeconds));
  return `${holder.who}${principal}, step ${holder.step}, since ${holder.since}, last sign of life ${age} s ago`;
}
