import type { RuntimeOptions } from "./options.ts";

/** What the engine asks for when a program is to run. */
export interface ProgramRun {
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** Folder of Pulumi.yaml. */
  readonly rootDirectory: string;
  /** Folder of the program, its working directory. */
  readonly programDirectory: string;
  /** `.` unless Pulumi.yaml sets `main`. */
  readonly entryPoint: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly args: readonly string[];
  readonly config: Readonly<Record<string, string>>;
  readonly configSecretKeys: readonly string[];
}

/** The arguments for node that run the program; `runPath` is the SDK's own `cmd/run`. */
export function programArgs(run: ProgramRun, options: RuntimeOptions, runPath: string): string[] {
  const flags: [string, string][] = [
    ["monitor", run.monitorAddress],
    ["engine", run.engineAddress],
    ["organization", run.organization],
    ["project", run.project],
    ["root-directory", run.rootDirectory],
    ["stack", run.stack],
    ["pwd", run.programDirectory],
  ];
  return [
    ...options.nodeArgs,
    runPath,
    ...flags.flatMap(([flag, value]) => (value === "" ? [] : [`--${flag}`, value])),
    ...(run.dryRun ? ["--dry-run"] : []),
    "--parallel",
    String(run.parallel),
    run.entryPoint,
    ...run.args,
  ];
}

/** The variables that the program needs beside the environment it inherits. */
export function programEnv(run: ProgramRun, options: RuntimeOptions): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(Object.entries(run.config).map(([k, v]) => [configKey(k), v]))),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.configSecretKeys),
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/** The SDK still reads `project:config:name`; the engine sends `project:name`. */
function configKey(key: string): string {
  const [namespace = "", ...name] = key.split(":");
  if (name[0] === "config" && name.length > 1) return key;
  return `${namespace}:config:${name.join(":")}`;
}
