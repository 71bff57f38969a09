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
  /** PATH of the shell that started the lab. */
  readonly path: string;
}

/** Everything that makes a plain `pulumi`, `kops`, `kubectl` or `aws` meet the lab, and nothing else. */
export function labEnv(input: LabEnvInput): Record<string, string> {
  const { dir, binDir, officialPlugins } = input;
  return {
    ...input.aws,
    PATH: [binDir, ...(officialPlugins ? [] : [standInPlugins]), input.path].join(delimiter),
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

/** `export` lines for a POSIX shell. */
export function exportLines(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");
}
