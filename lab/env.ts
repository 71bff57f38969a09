import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The passphrase of stack `local` in the lab. Nothing in the lab is worth protecting, so it is no secret. */
export const passphrase = "lab";

const standInPlugins = fileURLToPath(new URL("./plugins/bin", import.meta.url));

export interface LabEnvInput {
  readonly dir: string;
  readonly binDir: string;
  readonly officialPlugins: boolean;
  /** `https://127.0.0.1:PORT` */
  readonly apiServer: string;
  /** What the AWS emulator asks for. */
  readonly aws: Readonly<Record<string, string>>;
  readonly stateStore: string;
  readonly clusterName: string;
}

/** The folders that belong in front of PATH. */
export const labPath = ({ binDir, officialPlugins }: Pick<LabEnvInput, "binDir" | "officialPlugins">): string[] => [
  binDir,
  ...(officialPlugins ? [] : [standInPlugins]),
];

/** Everything but PATH that makes a plain `pulumi`, `kops`, `kubectl` or `aws` meet the lab, and nothing else. */
export function labEnv(input: LabEnvInput): Record<string, string> {
  const { dir, officialPlugins } = input;
  return {
    ...input.aws,
    PULUMI_HOME: join(dir, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${join(dir, "pulumi-state")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(officialPlugins ? {} : { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1" }),
    KUBECONFIG: join(dir, "kubeconfig"),
    REHEARSAL_API_SERVER: input.apiServer,
    KOPS_STATE_STORE: input.stateStore,
    KOPS_CLUSTER_NAME: input.clusterName,
    LAB_DIR: dir,
  };
}

/** The environment for a program started from here. */
export const withPath = (
  env: Readonly<Record<string, string>>,
  path: readonly string[],
  currentPath: string,
): Record<string, string> => ({ ...env, PATH: [...path, currentPath].join(delimiter) });

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Variables that would have a say in where AWS is, and that no value switches off. */
export const unsetVariables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] as const;

/** `export` lines for a POSIX shell, which puts the folders in front of its own PATH. */
export function exportLines(env: Readonly<Record<string, string>>, path: readonly string[]): string {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return `unset ${unsetVariables.join(" ")}\n${lines.join("")}export PATH=${quote(path.join(delimiter))}${delimiter}"$PATH"\n`;
}
