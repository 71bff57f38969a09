import { ownershipOf } from "../../ownership/tags.ts";
import type { Owner } from "../../preflight/facts.ts";
import { tagsOf, type TagList } from "../tag-list.ts";

/** The owner that a resource's tags name, if any. */
export function ownerOf(tags: TagList): Owner | undefined {
  const ownership = ownershipOf(tagsOf(tags));
  return ownership && { id: ownership.owner, stack: ownership.stack, cluster: ownership.cluster };
}
