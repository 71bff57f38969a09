import type { Tags } from "../ownership/tags.ts";

/** Tags as most services of AWS list them. */
export type TagList = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;

export function tagsOf(list: TagList): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
