import pRetry from "p-retry";
import { kinds, type Found } from "../../ownership/found.ts";
import type { FoundMirror } from "../../ownership/mirrors.ts";
import { tagKeys } from "../../ownership/tags.ts";
import { messageOf } from "../errors.ts";
import { interrupted } from "../interrupt.ts";
import type { Clients } from "./clients.ts";
import { findMarked, services } from "./find.ts";
import type { Service } from "./service.ts";

/** What AWS says of a resource that something else, which is on its way out, still uses. */
const busy =
  /InUse|in use|DependencyViolation|DeleteConflict|InProgress|Incorrect(Instance)?State|NotComplete|NotEmpty|Conflict/i;
const retries = 10;

const removers: Service["remove"] = Object.fromEntries(
  Object.values(services).flatMap(({ remove }) => Object.entries(remove)),
);

/** What could not be deleted, and why. */
export interface Failure {
  readonly found: Found;
  readonly why: string;
}

/**
 * Deletes the resources of one mirror, by its owner's tag alone and in the order in which they can be deleted. What AWS
 * still has in use is tried again, for some minutes; what fails is told, and the rest is deleted all the same, except for
 * the state store: it is what tells of a mirror that is not gone.
 *
 * @returns what is left, with reasons
 */
export async function deleteMirror(
  mirror: FoundMirror,
  clients: Clients,
  tell: (line: string) => void,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  // A group or a load balancer takes others with it, and kops may have deleted most of it: look again.
  const all = (await findMarked(clients)).filter(({ tags }) => sameOwner(tags, mirror));
  for (const kind of kinds) {
    if (kind === "bucket" && failures.length > 0) continue;
    for (const found of all.filter((one) => one.kind === kind)) {
      interrupted.throwIfAborted();
      try {
        await pRetry(() => removers[kind]?.(clients, found), {
          retries,
          minTimeout: 1000,
          maxTimeout: 60_000,
          randomize: true,
          shouldRetry: ({ error }) => busy.test(`${error.name} ${error.message}`),
          signal: interrupted,
        });
        tell(`deleted ${kind} ${found.id}`);
      } catch (error) {
        interrupted.throwIfAborted();
        failures.push({ found, why: messageOf(error).split("\n")[0] ?? "" });
      }
    }
  }
  const known = new Set<string>(kinds);
  const unknown = all.filter(({ kind }) => !known.has(kind));
  return [...failures, ...unknown.map((found) => ({ found, why: "is of a kind that no mirror is made of" }))];
}

function sameOwner(tags: Found["tags"], { owner }: FoundMirror): boolean {
  return tags[tagKeys.owner] === owner;
}
