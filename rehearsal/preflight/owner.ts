import { tagKeys } from "../../ownership/tags.ts";

/** The owner that a resource's tags name, if any. */
export function ownerOf(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): string | undefined {
  return tags.find(({ Key }) => Key === tagKeys.owner)?.Value;
}
