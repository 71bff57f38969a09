import type { CheckFailure } from "../provider/provider.ts";
import { isObject, UNKNOWN, type Props, type Value } from "../provider/values.ts";

export const loggings = ["stdout", "stderr", "stdoutAndStderr", "none"] as const;
export type Logging = (typeof loggings)[number];

/** What a command and a `run` have in common. */
export interface BaseInputs {
  readonly interpreter?: readonly string[];
  readonly dir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Default `stdoutAndStderr`. */
  readonly logging?: Logging;
  /** Whether the output before goes into PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. Default true. */
  readonly addPreviousOutputInEnv?: boolean;
}

export interface CommandInputs extends BaseInputs {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
}

type Kind = (value: Value) => string | undefined;

const text: Kind = (value) => (typeof value === "string" ? undefined : "a string");
const flag: Kind = (value) => (typeof value === "boolean" ? undefined : "true or false");
const texts: Kind = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? undefined : "a list of strings";
const textMap: Kind = (value) =>
  isObject(value) && Object.values(value).every((item) => typeof item === "string") ? undefined : "a map of strings";
const logging: Kind = (value) =>
  loggings.some((known) => known === value) ? undefined : `one of ${loggings.join(", ")}`;
const list: Kind = (value) => (Array.isArray(value) ? undefined : "a list");
const unsupported: Kind = () => "left out: the lab's command plugin does not collect files; the official plugin does";

const base: Readonly<Record<string, Kind>> = {
  interpreter: texts,
  dir: text,
  environment: textMap,
  stdin: text,
  logging,
  addPreviousOutputInEnv: flag,
  assetPaths: unsupported,
  archivePaths: unsupported,
};

export const commandKinds: Readonly<Record<string, Kind>> = {
  ...base,
  create: text,
  update: text,
  delete: text,
  triggers: list,
};
export const runKinds: Readonly<Record<string, Kind>> = { ...base, command: text };

/** What is wrong with the inputs, by property; values that are not known yet are not judged. */
export function checkInputs(inputs: Props, kinds: Readonly<Record<string, Kind>>): CheckFailure[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const kind = kinds[property];
    if (kind === undefined) {
      return { property, reason: `unknown property "${property}"; known are ${Object.keys(kinds).join(", ")}` };
    }
    if (value === null || value === UNKNOWN) return [];
    const expected = kind(value);
    return expected === undefined ? [] : { property, reason: `${property} must be ${expected}` };
  });
}
