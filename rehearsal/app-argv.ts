/** A Helm chart as the service to rehearse with. */
export interface Chart {
  /** Path of a local chart, `oci://…`, or a name in `repo`. */
  readonly chart: string;
  readonly repo?: string | undefined;
  readonly version?: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/** `kubectl kustomize`: the kustomize that is built into kubectl. */
export function kustomizeArgv(dir: string): string[] {
  return ["kustomize", dir];
}

/**
 * `helm template`: the chart's manifests as they would be installed, for the cluster's version; values come on standard
 * input. Tests of the chart are left out.
 */
export function helmTemplateArgv(
  { chart, repo, version }: Chart,
  namespace: string,
  kubernetesVersion: string,
): string[] {
  return [
    "template",
    "rehearsal",
    chart,
    ...(repo === undefined ? [] : [`--repo=${repo}`]),
    ...(version === undefined ? [] : [`--version=${version}`]),
    `--namespace=${namespace}`,
    `--kube-version=${kubernetesVersion}`,
    "--include-crds",
    "--skip-tests",
    "--values=-",
  ];
}
