/** A property as it travels between the engine and a plugin, after secrets have been opened. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Props = { [key: string]: Value };
/** Where a value is inside its property bag. */
export type Path = readonly (string | number)[];

/** Stands for a value that is only known after an update; only ever met in previews. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine marks an unknown value by its type; a plugin needs to know only that it is unknown. */
const unknowns: ReadonlySet<string> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A property bag whose secrets are in the open, with where they were. */
export interface Opened {
  readonly props: Props;
  readonly secrets: readonly Path[];
}

export function isObject(value: Value | undefined): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function openValue(value: Value, path: Path, secrets: Path[]): Value {
  if (typeof value === "string") return unknowns.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map((item, index) => openValue(item, [...path, index], secrets));
  if (!isObject(value)) return value;
  if (value[signatureKey] === secretSignature) {
    secrets.push(path);
    // What is inside a secret is secret already.
    return openValue(value["value"] ?? null, path, []);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, openValue(item, [...path, key], secrets)]),
  );
}

/** Takes secrets out of their wrappers and remembers where they were. */
export function open(wire: Props | undefined): Opened {
  const secrets: Path[] = [];
  const props = openValue(wire ?? {}, [], secrets);
  return { props: isObject(props) ? props : {}, secrets };
}

function wrap(value: Value, path: Path): Value {
  const [head, ...rest] = path;
  if (head === undefined) return { [signatureKey]: secretSignature, value };
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === head ? wrap(item, rest) : item));
  }
  if (isObject(value) && typeof head === "string") {
    const item = value[head];
    return item === undefined ? value : { ...value, [head]: wrap(item, rest) };
  }
  return value;
}

/** Makes the values at `secrets` secret again; a path that leads nowhere is passed over. */
export function seal(props: Props, secrets: readonly Path[]): Props {
  // Shortest first: what is inside a secret is secret already, and is not wrapped again.
  const outermost: Path[] = [];
  for (const path of [...secrets].sort((a, b) => a.length - b.length)) {
    const covered = outermost.some((outer) => outer.every((key, index) => key === path[index]));
    if (!covered) outermost.push(path);
  }
  const sealed = outermost.reduce<Value>((value, path) => wrap(value, path), props);
  return isObject(sealed) ? sealed : props;
}

/** Whether a value is, or holds, one that is not known yet. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** Deep equality; an absent key and `null` are the same, as in Pulumi's inputs. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  const left = a ?? null;
  const right = b ?? null;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (isObject(left) && isObject(right)) {
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => equal(left[key], right[key]));
  }
  return left === right;
}

/** The value at `path`, or undefined. */
export function at(value: Value | undefined, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((current, key) => {
    if (Array.isArray(current)) return typeof key === "number" ? current[key] : undefined;
    return isObject(current) ? current[String(key)] : undefined;
  }, value);
}

/** The string at `path`, or undefined when it is absent or no string. */
export function stringAt(value: Value | undefined, path: Path): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}
