/** What every kops call needs. */
export interface Call {
  readonly clusterName: string;
  /** `s3://bucket`. */
  readonly stateStore: string;
  /** Overrides the API server's address; only for commands that talk to the cluster. */
  readonly apiServer?: string | undefined;
  /** kops `-v`. Default: kops' own (0). */
  readonly verbosity?: number | undefined;
}

/** Roles of instance groups; a staged upgrade rolls `controlPlaneRoles` first. */
export type Role = "control-plane" | "apiserver" | "node" | "bastion";
export const controlPlaneRoles: readonly Role[] = ["control-plane", "apiserver"];
export const nodeRoles: readonly Role[] = ["node", "bastion"];

/** Pacing of a rolling update; durations as Go writes them (`15s`, `10m`). */
export interface RollOptions {
  readonly yes?: boolean;
  readonly roles?: readonly Role[];
  readonly instanceGroups?: readonly string[];
  readonly controlPlaneInterval: string;
  readonly nodeInterval: string;
  readonly postDrainDelay: string;
  readonly validationTimeout: string;
  readonly drainTimeout: string;
  readonly validateCount: number;
  /** Roll instances that need no update, too. */
  readonly force?: boolean;
}

export interface UpdateOptions {
  readonly yes?: boolean;
  /** Lifetime of an admin credential to export, e.g. `18h0m0s`; absent: none is exported. */
  readonly admin?: string;
  readonly roles?: readonly Role[];
  /** Delete what an upgrade had to keep until all nodes were rolled. */
  readonly prune?: boolean;
  /** Nodes get the new version although the control plane still runs the old one. kops' own default: they keep theirs. */
  readonly ignoreKubeletVersionSkew?: boolean;
  /** e.g. `["SecurityGroups=Ignore"]`. */
  readonly lifecycleOverrides?: readonly string[];
}

/** `kops replace --force -f FILE`: creates or replaces the objects in a file of manifests (`-` for standard input). */
export function replaceArgv(call: Call, file: string): string[] {
  return ["replace", "--force", "--filename", file, ...state(call), ...verbosity(call)];
}

/** `kops create sshpublickey`: the key that instances accept for SSH. */
export function createSshPublicKeyArgv(call: Call, publicKeyFile: string): string[] {
  return ["create", "sshpublickey", ...name(call), "--ssh-public-key", publicKeyFile, ...state(call)];
}

/** Secrets of a cluster that kops cannot make up itself; `update cluster` fails without those that the spec asks for. */
export type Secret = "encryptionconfig" | "ciliumpassword";

/** `kops create secret …` with a file's contents; kops refuses one that is there already. */
export function createSecretArgv(call: Call, secret: Secret, file: string): string[] {
  return ["create", "secret", secret, ...name(call), "--filename", file, ...state(call)];
}

/**
 * `kops update cluster`; a dry run unless `yes`.
 * The kubeconfig of whoever runs it is left alone: `exportKubeconfigArgv` writes one where it is told to.
 */
export function updateArgv(call: Call, options: UpdateOptions = {}): string[] {
  return [
    "update",
    "cluster",
    ...name(call),
    ...(options.yes ? ["--yes"] : []),
    ...(options.admin ? [`--admin=${options.admin}`] : ["--create-kube-config=false"]),
    ...list("--instance-group-roles", options.roles),
    ...(options.prune ? ["--prune"] : []),
    ...(options.ignoreKubeletVersionSkew ? ["--ignore-kubelet-version-skew"] : []),
    ...list("--lifecycle-overrides", options.lifecycleOverrides),
    ...apiServer(call),
    ...state(call),
    ...verbosity(call),
  ];
}

/** `kops rolling-update cluster`; a dry run (which prints a table, see `roll-table.ts`) unless `yes`. */
export function rollingUpdateArgv(call: Call, options: RollOptions): string[] {
  return [
    "rolling-update",
    "cluster",
    ...name(call),
    ...(options.yes ? ["--yes"] : []),
    ...list("--instance-group-roles", options.roles),
    ...list("--instance-group", options.instanceGroups),
    `--control-plane-interval=${options.controlPlaneInterval}`,
    `--node-interval=${options.nodeInterval}`,
    `--post-drain-delay=${options.postDrainDelay}`,
    `--validation-timeout=${options.validationTimeout}`,
    `--drain-timeout=${options.drainTimeout}`,
    `--validate-count=${options.validateCount}`,
    ...(options.force ? ["--force"] : []),
    ...apiServer(call),
    ...state(call),
    ...verbosity(call),
  ];
}

/** `kops validate cluster -o json`; with `wait`, kops prints one result after another until one passes `count` times. */
export function validateArgv(call: Call, options: { wait?: string; count?: number; interval?: string } = {}): string[] {
  return [
    "validate",
    "cluster",
    ...name(call),
    "--output=json",
    ...(options.wait ? [`--wait=${options.wait}`] : []),
    ...(options.count ? [`--count=${options.count}`] : []),
    ...(options.interval ? [`--interval=${options.interval}`] : []),
    ...apiServer(call),
    ...state(call),
    ...verbosity(call),
  ];
}

/** `kops get all -o yaml`: the Cluster and its InstanceGroups as the state store has them. */
export function getAllArgv(call: Call): string[] {
  return ["get", "all", ...name(call), "--output=yaml", ...state(call), ...verbosity(call)];
}

/** `kops get clusters -o json NAME`: whether the cluster exists in the state store, without reaching the cluster. */
export function getClusterArgv(call: Call): string[] {
  return ["get", "clusters", ...name(call), "--output=json", ...state(call), ...verbosity(call)];
}

/** `kops get instances -o json`: instances with their nodes and whether they need an update. */
export function getInstancesArgv(call: Call): string[] {
  return ["get", "instances", ...name(call), "--output=json", ...apiServer(call), ...state(call), ...verbosity(call)];
}

/**
 * `kops export kubeconfig`; the file should have mode 0600 beforehand.
 *
 * @param admin lifetime of the credential. It stays in the stack's state, so kops' own 18 hours would lock out the next
 *   day's `pulumi up`; the default, 30 days, outlives a rehearsal.
 */
export function exportKubeconfigArgv(call: Call, file: string, admin = "720h0m0s"): string[] {
  return [
    "export",
    "kubeconfig",
    ...name(call),
    `--admin=${admin}`,
    `--kubeconfig=${file}`,
    ...apiServer(call),
    ...state(call),
    ...verbosity(call),
  ];
}

/** `kops delete cluster`; a dry run unless `yes`. kops gives up after `wait` (its default: 10m0s). */
export function deleteArgv(call: Call, options: { yes?: boolean; wait?: string; interval?: string } = {}): string[] {
  return [
    "delete",
    "cluster",
    ...name(call),
    ...(options.yes ? ["--yes"] : []),
    ...(options.wait ? [`--wait=${options.wait}`] : []),
    ...(options.interval ? [`--interval=${options.interval}`] : []),
    ...state(call),
    ...verbosity(call),
  ];
}

/** As a flag: kops refuses a positional name while KOPS_CLUSTER_NAME is set, even to the same name. */
function name({ clusterName }: Call): string[] {
  return [`--name=${clusterName}`];
}

function state({ stateStore }: Call): string[] {
  return [`--state=${stateStore}`];
}

function apiServer({ apiServer: address }: Call): string[] {
  return address ? [`--api-server=${address}`] : [];
}

function verbosity({ verbosity: level }: Call): string[] {
  return level ? [`--v=${level}`] : [];
}

function list(flag: string, values: readonly string[] | undefined): string[] {
  return values?.length ? [`${flag}=${values.join(",")}`] : [];
}
