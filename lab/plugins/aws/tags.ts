import { isObject, type Props } from "../provider/values.ts";

export type Tags = Record<string, string>;

/** The tags among inputs or outputs, by the property's name. */
export function tagsOf(props: Props, property: "tags" | "tagsAll" = "tags"): Tags {
  const tags = props[property];
  if (!isObject(tags)) return {};
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** A resource's own tags over the provider's default ones. */
export function allTags(defaults: Readonly<Tags>, inputs: Props): Tags {
  return { ...defaults, ...tagsOf(inputs) };
}

/** As the AWS APIs take tags. */
export function tagList(tags: Readonly<Tags>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as an API returns them; those that AWS itself sets are left out. */
export function tagMap(list: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): Tags {
  const own = (list ?? []).filter((tag) => !(tag.Key ?? "").startsWith("aws:"));
  return Object.fromEntries(own.map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
}

/** What to set and what to take away so that `before` becomes `after`. */
export function tagChanges(before: Readonly<Tags>, after: Readonly<Tags>): { set: Tags; remove: string[] } {
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    remove: Object.keys(before).filter((key) => !(key in after)),
  };
}

/** The outputs `tags` and `tagsAll` for tags that are on a resource: default tags that the user did not set are only in the latter. */
export function tagOutputs(onResource: Readonly<Tags>, defaults: Readonly<Tags>, recorded: Props): Props {
  const own = tagsOf(recorded);
  const tags = Object.fromEntries(
    Object.entries(onResource).filter(([key, value]) => key in own || defaults[key] !== value),
  );
  return { tags, tagsAll: { ...onResource } };
}
