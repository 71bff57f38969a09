import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { mayTake, type Holder, type Lock } from "../../ownership/lock.ts";
import { messageOf, RehearsalError } from "../errors.ts";
import { lockedError, lockStoreError } from "./errors.ts";
import type { Operator } from "./operator.ts";
import { noStore, type LockStore, type StoredLock } from "./store.ts";

/** How often whoever works says so, and after what silence the lock lapses. */
const heartbeatMs = 30_000;
const leaseSeconds = 180;
/** Between two steps of one `pulumi up` Kubernetes objects are created, for which Pulumi waits 10 minutes. */
const restSeconds = 15 * 60;
/** Two who write at once: one of them reads again. */
const attempts = 5;

export interface HoldOptions {
  readonly store: LockStore;
  readonly operator: Operator;
  readonly mirror: Pick<Lock, "owner" | "stack" | "cluster">;
  readonly step: string;
  /** The hold that is to be taken over, if any. */
  readonly takeOver?: string | undefined;
  /** Called once, when somebody else has taken over: what runs has to stop. */
  readonly onLost: (by: string) => void;
  readonly tell: (line: string) => void;
  readonly heartbeatMs?: number;
}

/** How a step leaves the lock: the next step follows, it is free for all, or the mirror is gone. */
export type Ending = "rest" | "free" | "gone";

/** The lock of a mirror, held by this process. */
export class Hold {
  #etag: string;
  #lock: Lock;
  #timer: NodeJS.Timeout | undefined;
  #beat: Promise<void> = Promise.resolve();
  #lost = false;

  private constructor(
    private readonly options: HoldOptions,
    taken: { readonly lock: Lock; readonly etag: string },
  ) {
    this.#lock = taken.lock;
    this.#etag = taken.etag;
    this.#timer = setInterval(() => {
      this.#beat = this.#beat.then(() => this.#renew(this.#lock));
    }, options.heartbeatMs ?? heartbeatMs).unref();
  }

  /**
   * Takes the lock.
   *
   * @returns undefined when there is no state store (any more), so nothing to guard
   * @throws LockedError that names who holds it; RehearsalError when S3 does not let read or write it
   */
  static async take(options: HoldOptions): Promise<Hold | undefined> {
    const { store, mirror, operator, takeOver } = options;
    const me = { owner: mirror.owner, id: operator.id };
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const seen = await read(options);
      if (seen === noStore) return undefined;
      const decision = mayTake(seen, me, takeOver);
      if (seen !== undefined && !decision.take) throw lockedError(seen, decision.why, me, store);
      const lock = ours(options, seen?.lock);
      const etag = await write(options, lock, seen?.etag);
      if (etag === undefined) {
        await delay(100 + Math.random() * 400);
        continue;
      }
      if (decision.take && decision.instead !== undefined) options.tell(`took the place of ${decision.instead}`);
      return new Hold(options, { lock, etag });
    }
    throw new RehearsalError(
      `The lock of the mirror ${mirror.cluster} was written by somebody else each time: ${store.url}.`,
      {
        next: "find out who works on the mirror besides you; then run the same command again",
      },
    );
  }

  /** Leaves the lock. A lock that somebody else has taken is theirs. */
  async end(ending: Ending): Promise<void> {
    clearInterval(this.#timer);
    await this.#beat;
    const { store } = this.options;
    const { holder } = this.#lock;
    if (!this.#lost)
      await this.#renew({
        ...this.#lock,
        holder: ending === "rest" && holder !== null ? { ...holder, leaseSeconds: restSeconds } : null,
      });
    // Written once more, it is ours for sure; nobody else deletes it.
    if (ending === "gone" && !this.#lost)
      await store.remove().catch((error: unknown) => this.#failed("deleted", error));
    store.close();
  }

  /** A sign of life. Without a connection there is none, and no harm: who cannot reach S3 cannot reach the mirror. */
  async #renew(now: Lock): Promise<void> {
    const lock = { ...now, writes: now.writes + 1 };
    const { store } = this.options;
    try {
      const etag = (await store.write(lock, this.#etag)) ?? (await this.#stillOurs(lock));
      if (etag === undefined) return;
      this.#etag = etag;
      this.#lock = lock;
    } catch (error) {
      this.#failed("renewed", error);
    }
  }

  /** The work is what counts: a lock that could not be written lapses. */
  #failed(what: string, error: unknown): void {
    const { store, tell } = this.options;
    tell(`the lock ${store.url} could not be ${what}: ${messageOf(error).split("\n")[0] ?? ""}`);
  }

  /** It is another one than we wrote last: by an attempt of ours whose answer was lost, or by somebody else. */
  async #stillOurs(lock: Lock): Promise<string | undefined> {
    const { store, onLost } = this.options;
    const seen = await store.read();
    if (seen === noStore) return undefined;
    if (seen?.lock.hold === lock.hold) return await store.write(lock, seen.etag);
    this.#lost = true;
    clearInterval(this.#timer);
    onLost(seen?.lock.holder?.who ?? "somebody else");
    return undefined;
  }
}

/** The lock as we hold it; whoever goes on with their own hold keeps its token and its beginning. */
function ours({ mirror, operator, step }: HoldOptions, before: Lock | undefined): Lock {
  const goesOn = before?.holder?.id === operator.id && before.owner === mirror.owner;
  const holder: Holder = {
    ...operator,
    step,
    since: (goesOn ? before.holder?.since : undefined) ?? new Date().toISOString(),
    leaseSeconds,
  };
  const hold = goesOn ? before.hold : randomBytes(4).toString("hex");
  return { ...mirror, hold, writes: (before?.writes ?? 0) + 1, holder };
}

async function read({ store, operator }: HoldOptions): Promise<StoredLock | undefined | typeof noStore> {
  try {
    return await store.read();
  } catch (error) {
    throw lockStoreError("read", store, operator.principal, error);
  }
}

async function write({ store, operator }: HoldOptions, lock: Lock, etag: string | undefined) {
  try {
    return await store.write(lock, etag);
  } catch (error) {
    throw lockStoreError("written", store, operator.principal, error);
  }
}
