import { resolveAppPaths } from "./app-source.ts";
import type { PriceList } from "../cost/prices.ts";
import type { MirrorSpec } from "../kops/spec.ts";
import type { Production } from "../mirror/production.ts";
import { completed, contradictions, neededWithoutSource } from "./from-production.ts";
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
  /** What `production.source` holds, or why it could not be read. */
  readonly production?: Production | Error | undefined;
}

/** What the mirror is made after: production's own manifests, or what the settings say of them. */
export type Blueprint =
  | { readonly from: "production"; readonly production: Production }
  | ({ readonly from: "settings" } & Pick<MirrorSpec, "controlPlane" | "nodes" | "networking" | "authorization">);

/** A stack's settings: checked, defaults filled in, frozen. */
export type Settings = DeepReadonly<
  Omit<
    ParsedSettings,
    | ("controlPlane" | "nodes" | "image" | "networking" | "authorization")
    | ("kubernetesVersion" | "channel" | "production" | "sshPublicKey" | "prices")
  > & {
    stack: string;
    region: string;
    kubernetesVersion: string;
    channel: string;
    production: ParsedSettings["production"] & { clusterName: string; nodes: number };
    /** Contents of the public key. */
    sshPublicKey?: string | undefined;
    /** Lists that go before the project's table. */
    prices: PriceList[];
  }
> & { readonly blueprint: Blueprint };

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
  const given: Partial<ParsedSettings> = {};
  const source = sourceOf(raw);
  for (const name of Object.keys(settingShapes) as SettingName[]) {
    const value = isEmpty(name, raw[name]) ? undefined : raw[name];
    if (value === undefined && source === undefined && isNeeded(name))
      problems.push({ path: [name], value, what: "is missing" });
    const result = settingShapes[name].safeParse(value ?? fallback(name, env));
    if (result.success) Object.assign(given, { [name]: result.data });
    else problems.push(...problemsOf(name, value, result.error.issues));
  }
  const [production, error] = env.production instanceof Error ? [undefined, env.production] : [env.production];
  if (source !== undefined && production === undefined) problems.push(unread(source, error));
  if (production !== undefined) problems.push(...contradictions(given, production, env.region));
  const parsed = production === undefined ? given : completed(given, production);
  problems.push(...crossFieldProblems(parsed, env));
  if (problems.length > 0) throw new SettingsError(env.stack, problems);
  return deepFreeze(complete(parsed as ParsedSettings, production, env));
}

/** Whether a key of a stack file says nothing. Pulumi.yaml has an empty default for what a stack need not say. */
function isEmpty(name: SettingName, value: unknown): boolean {
  const isObject = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return value === "" || (isObject && isNeeded(name));
}

function isNeeded(name: SettingName): boolean {
  return neededWithoutSource.some((needed) => needed === name);
}

/** `production.source`, before anything is known to be right. */
export function sourceOf(raw: Readonly<Record<string, unknown>>): string | undefined {
  const { source } = Object(raw["production"]) as { source?: unknown };
  return typeof source === "string" && source !== "" ? source : undefined;
}

function unread(source: string, error: Error | undefined): Problem {
  const why = error?.message.replace(/\.?\s*\n\s*/g, "; ").replace(/\.$/, "");
  return { path: ["production", "source"], value: source, what: `cannot be used: ${why ?? "it was not read"}` };
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

function complete(parsed: ParsedSettings, source: Production | undefined, env: Surroundings): Settings {
  const { controlPlane, nodes, image, networking, authorization, sshPublicKey, production, ...rest } = parsed;
  const { clusterName = "", nodes: count = 1, fixtures } = production;
  return {
    ...rest,
    stack: env.stack,
    region: env.region ?? "",
    kubernetesVersion: parsed.kubernetesVersion ?? "",
    channel: resolveChannel(parsed.channel ?? "stable", env.projectDir),
    blueprint:
      source === undefined
        ? {
            from: "settings",
            controlPlane: placement(controlPlane, image),
            nodes: placement(nodes, image),
            networking: networking ?? "cilium",
            authorization: authorization ?? "RBAC",
          }
        : { from: "production", production: source },
    production: {
      ...production,
      // The rules have made sure of these two.
      clusterName,
      nodes: count,
      fixtures: fixtures === undefined ? undefined : resolvePath(fixtures, env),
    },
    app: resolveAppPaths(parsed.app, env),
    prices: priceLists(parsed.prices, env).lists,
    sshPublicKey: sshPublicKey === undefined ? undefined : env.readFile(resolvePath(sshPublicKey, env))?.trim(),
  };
}

function placement(group: ParsedSettings["nodes"], image: string | undefined): MirrorSpec["nodes"] {
  const { size = "", zones = [], count = zones.length, image: own = image } = group ?? {};
  return { size, zones, count, image: own };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
