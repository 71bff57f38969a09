import { resolveAppPaths } from "./app-source.ts";
import type { PriceList } from "../cost/prices.ts";
import type { MirrorSpec } from "../kops/spec.ts";
import { resolveChannel, resolvePath } from "./paths.ts";
import { priceLists } from "./prices.ts";
import { problemsOf, SettingsError } from "./problems.ts";
import type { Problem } from "./problems.ts";
import { crossFieldProblems } from "./rules.ts";
import { settingShapes } from "./schema.ts";
import type { ParsedSettings, SettingName } from "./schema.ts";

/** What the settings depend on besides the stack file. */
export interface Surroundings {
  readonly stack: string;
  /** `aws:region`, or the region of the environment. */
  readonly region: string | undefined;
  /** Absolute path of the project. */
  readonly projectDir: string;
  readonly homeDir: string;
  /** Environment variables; `REHEARSAL_API_SERVER` stands in for `apiServer`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Contents of a file; undefined when it cannot be read. */
  readonly readFile: (file: string) => string | undefined;
}

/** A stack's settings: checked, defaults filled in, frozen. */
export type Settings = DeepReadonly<
  Omit<ParsedSettings, "controlPlane" | "nodes" | "sshPublicKey" | "prices"> & {
    stack: string;
    region: string;
    controlPlane: MirrorSpec["controlPlane"];
    nodes: MirrorSpec["nodes"];
    /** Contents of the public key. */
    sshPublicKey?: string | undefined;
    /** Lists that go before the project's table. */
    prices: PriceList[];
  }
>;

type DeepReadonly<T> = T extends (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/**
 * Checks a stack's settings.
 *
 * @param raw the keys of the project's namespace with their values
 * @throws SettingsError that lists every problem at once
 */
export function parseSettings(raw: Readonly<Record<string, unknown>>, env: Surroundings): Settings {
  const problems: Problem[] = unknownKeys(raw);
  const parsed: Partial<ParsedSettings> = {};
  for (const name of Object.keys(settingShapes) as SettingName[]) {
    const value = raw[name] === "" ? undefined : raw[name];
    const result = settingShapes[name].safeParse(value ?? fallback(name, env));
    if (result.success) Object.assign(parsed, { [name]: result.data });
    else problems.push(...problemsOf(name, value, result.error.issues));
  }
  problems.push(...crossFieldProblems(parsed, env));
  if (problems.length > 0) throw new SettingsError(env.stack, problems);
  return deepFreeze(complete(parsed as ParsedSettings, env));
}

function fallback(name: SettingName, env: Surroundings): unknown {
  return name === "apiServer" ? env.variables["REHEARSAL_API_SERVER"] || undefined : undefined;
}

function unknownKeys(raw: Readonly<Record<string, unknown>>): Problem[] {
  return Object.keys(raw)
    .filter((key) => !Object.hasOwn(settingShapes, key))
    .map((key) => {
      const near = Object.keys(settingShapes).find((name) => alike(name, key));
      return { path: [key], value: raw[key], what: `is not a setting${near ? `; it may be meant for ${near}` : ""}` };
    });
}

/** One edit apart, whatever the case: what a typo does. */
function alike(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (Math.abs(x.length - y.length) > 1) return false;
  let start = 0;
  while (start < x.length && x[start] === y[start]) start++;
  const [restX, restY] = [x.slice(start), y.slice(start)];
  return (
    restX.slice(1) === restY.slice(1) || restX.slice(1) === restY || restX === restY.slice(1) || swapped(restX, restY)
  );
}

function swapped(x: string, y: string): boolean {
  return x.length > 1 && x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2);
}

function complete(parsed: ParsedSettings, env: Surroundings): Settings {
  const { controlPlane, nodes, image, sshPublicKey } = parsed;
  return {
    ...parsed,
    stack: env.stack,
    region: env.region ?? "",
    channel: resolveChannel(parsed.channel, env.projectDir),
    controlPlane: { image, ...controlPlane, count: controlPlane.count ?? controlPlane.zones.length },
    app: resolveAppPaths(parsed.app, env),
    nodes: { image, ...nodes, count: nodes.count ?? nodes.zones.length },
    prices: priceLists(parsed.prices, env).lists,
    sshPublicKey: sshPublicKey === undefined ? undefined : env.readFile(resolvePath(sshPublicKey, env))?.trim(),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
