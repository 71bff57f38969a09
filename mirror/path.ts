/** Where a value is in a manifest: names of fields, and numbers for elements of lists. */
export type Path = readonly (string | number)[];

/** `spec.subnets[0].cidr`, `spec.nodeLabels["example.com/team"]`. */
export function showPath(path: Path): string {
  return path
    .map((part, i) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `["${part}"]`;
      return i === 0 ? part : `.${part}`;
    })
    .join("");
}

/**
 * A pattern such as `spec.subnets[].cidr`: `[]` is any element of a list, `*` any name, and a name with dots in it is
 * quoted: `metadata.labels["kops.k8s.io/cluster"]`.
 */
export type Pattern = readonly string[];

export function parsePattern(text: string): Pattern {
  return [...text.matchAll(/\["([^"]+)"\]|(\[\])|([^.[\]]+)/g)].map(
    ([, quoted, list, name]) => quoted ?? list ?? name ?? "",
  );
}

/** Whether a pattern is a path, or something above it. */
export function covers(pattern: Pattern, path: Path): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((part, i) => {
      const name = path[i];
      if (typeof name === "number") return part === "[]";
      return part === "*" || part === name;
    })
  );
}

export function matches(pattern: Pattern, path: Path): boolean {
  return pattern.length === path.length && covers(pattern, path);
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, part) =>
      typeof current === "object" && current !== null ? (current as Record<string | number, unknown>)[part] : undefined,
    value,
  );
}

/** All leaves of a value: scalars, and lists and objects that are empty. */
export function leaves(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  const inner: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : typeof value === "object" && value !== null
      ? Object.entries(value)
      : [];
  if (inner.length === 0) return value === undefined ? [] : [{ path, value }];
  return inner.flatMap(([key, item]) => leaves(item, [...path, key]));
}
