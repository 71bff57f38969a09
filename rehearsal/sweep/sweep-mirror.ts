import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { FoundMirror } from "../../ownership/mirrors.ts";
import { Interrupted, messageOf } from "../errors.ts";
import { interrupted, stopWork } from "../interrupt.ts";
import { LockedError, takeOverVariable } from "../mirror-lock/errors.ts";
import { Hold } from "../mirror-lock/hold.ts";
import { callerArn, whoAmI } from "../mirror-lock/operator.ts";
import { LockStore } from "../mirror-lock/store.ts";
import type { Clients } from "./clients.ts";
import { deleteMirror } from "./delete-mirror.ts";
import { kopsDelete, kopsStateStore } from "./kops-delete.ts";

export interface SweepContext {
  readonly clients: Clients;
  readonly region: string;
  /** Another mirror has the same name, so that kops would delete that one, too. */
  readonly sharesName: boolean;
  readonly tell: (line: string) => void;
}

/**
 * Deletes one mirror while nobody else works on it: first its cluster by kops, as long as its state store has it, then
 * whatever else carries its owner's tag.
 *
 * @returns why something of it is left; empty when nothing is
 */
export async function sweepMirror(mirror: FoundMirror, context: SweepContext): Promise<string[]> {
  const { clients, tell } = context;
  tell(`sweeps ${mirror.cluster} (owner ${mirror.owner})`);
  let hold: Hold | undefined;
  try {
    hold = await lock(mirror, context);
  } catch (error) {
    if (error instanceof LockedError) return [error.message];
    throw error;
  }
  const problems: string[] = [];
  try {
    const store = context.sharesName ? undefined : await kopsStateStore(mirror, clients);
    if (store !== undefined) {
      tell(`kops deletes ${mirror.cluster} (${store})`);
      await kopsDelete(mirror, store, context.region).catch((error: unknown) => {
        interrupted.throwIfAborted();
        // What kops cannot delete may still be found by its tags.
        problems.push(messageOf(error));
      });
    }
    const failures = await deleteMirror(mirror, clients, tell);
    problems.push(...failures.map(({ found, why }) => `${found.kind} ${found.id}: ${why}`));
    return failures.length === 0 ? [] : problems;
  } finally {
    await hold?.end(problems.length === 0 ? "gone" : "free");
  }
}

async function lock(mirror: FoundMirror, { region, tell }: SweepContext): Promise<Hold | undefined> {
  const { owner, stack, cluster } = mirror;
  const bucket = mirror.resources.find(({ kind }) => kind === "bucket");
  if (bucket === undefined) return undefined;
  const principal = await callerArn(region);
  return await Hold.take({
    store: new LockStore({ stateStore: `s3://${bucket.id}`, clusterName: cluster, region }),
    operator: {
      id: `${hostname()}/sweep-${randomUUID()}`,
      who: whoAmI(),
      ...(principal === undefined ? {} : { principal }),
    },
    mirror: { owner, stack, cluster },
    step: "sweep",
    takeOver: process.env[takeOverVariable] || undefined,
    onLost: (by) => stopWork(new Interrupted(`Stopped: ${by} has taken over the mirror ${cluster}.`)),
    tell,
  });
}
