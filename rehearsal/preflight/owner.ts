import { tagKeys } from "../../ownership/tags.ts";

/** Tag of all that a rehearsal makes; its value is the id of the mirror's owner. */
export const ownerTag = tagKeys.owner;

/** The owner that a resource's tags name, if any. */
export function ownerOf(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): string | undefined {
  return tags.find(({ Key }) => Key === ownerTag)?.Value;
}
