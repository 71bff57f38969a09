import type { Facts, Intent, Owner } from "./facts.ts";

/**
 * Whose something with the mirror's name is: `ours` by the id of this stack's ownership. `recorded elsewhere`: its tags
 * name this stack and this mirror, but nothing here knows the id, as in another checkout than the one that made it.
 */
export type Whose = "ours" | "recorded elsewhere" | "another's";

export function whose(owner: Owner | undefined, { owner: id, stack, clusterName }: Intent): Whose {
  if (owner === undefined) return "another's";
  if (id !== undefined) return owner.id === id ? "ours" : "another's";
  return owner.stack === stack && owner.cluster === clusterName ? "recorded elsewhere" : "another's";
}

/** The mirror, or part of it, is there already and is part of what is in use. */
export function isThere({ intent, aws }: Facts): boolean {
  return aws.tagged.known && aws.tagged.value.some(({ owner }) => whose(owner, intent) !== "another's");
}
