import { equal, isObject, type Path, type Props, type Value } from "./values.ts";

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  readonly path: Path;
  readonly kind: ChangeKind;
  readonly replace: boolean;
}

export interface Diff {
  readonly changes: readonly Change[];
  /** Whether a replacement must delete the old resource first. Default false. */
  readonly deleteBeforeReplace?: boolean;
}

function compare(
  before: Value | undefined,
  after: Value | undefined,
  path: Path,
  found: Omit<Change, "replace">[],
): void {
  if (equal(before, after)) return;
  if (before === undefined || before === null) {
    found.push({ path, kind: "add" });
  } else if (after === undefined || after === null) {
    found.push({ path, kind: "delete" });
  } else if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], [...path, key], found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(before[index], after[index], [...path, index], found);
    }
  } else {
    found.push({ path, kind: "update" });
  }
}

/** Whether `path` is `pattern` or below it; `*` in a pattern stands for any one key. */
export function isUnder(path: Path, pattern: Path): boolean {
  return pattern.length <= path.length && pattern.every((key, index) => key === "*" || key === path[index]);
}

/**
 * What changes between two property bags, leaf by leaf. A change at or below one of the `replaceOn` paths, or that
 * takes away something above one, means a replacement.
 */
export function diffProps(before: Props, after: Props, replaceOn: readonly Path[] = []): Change[] {
  const found: Omit<Change, "replace">[] = [];
  compare(before, after, [], found);
  return found.map((change) => ({
    ...change,
    replace: replaceOn.some(
      (pattern) =>
        isUnder(change.path, pattern) || (change.path.length < pattern.length && isUnder(pattern, change.path)),
    ),
  }));
}

/** A path as Pulumi writes it: `spec.ports[0].port`, `data["a.b"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}
