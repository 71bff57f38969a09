import { sameName } from "./production.ts";

/** A cluster as a kubeconfig knows it. */
export interface KubeconfigCluster {
  /** Name of its entry; kops writes the name of the cluster. */
  readonly name: string;
  /** URL of the API server. */
  readonly server: string;
}

/** Clusters that load generators must not run on, by name; kops gives their API servers names below these. */
export interface TestedClusters {
  readonly mirror: string;
  readonly production: string | undefined;
}

/** Why load generators must not run on this cluster; undefined when its name and address say nothing against it. */
export function generatorsClash(
  { name, server }: KubeconfigCluster,
  { mirror, production }: TestedClusters,
): string | undefined {
  const host = URL.canParse(server) ? new URL(server).hostname : "";
  const is = (cluster: string): boolean =>
    sameName(name, cluster) || [`api.${cluster}`, `api.internal.${cluster}`].some((api) => sameName(host, api));
  if (production !== undefined && is(production)) return `is production (${production}), which is never touched`;
  if (is(mirror)) return `is the mirror (${mirror}): what it suffers in the upgrade its load generators would, too`;
  return undefined;
}
