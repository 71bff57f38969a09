import { parse } from "semver";

/** The kops that the project runs (`tools/` pins the same minor); it can manage Kubernetes up to its own minor. */
export const kopsMinor = 35;
/** The oldest Kubernetes minor that this kops accepts (`OldestSupportedKubernetesVersion`). */
export const oldestMinor = 29;

/**
 * What is wrong with a Kubernetes version by itself; undefined when nothing is.
 * kops wants the whole of it, e.g. `1.34.3`.
 */
export function versionProblem(version: string): string | undefined {
  const parsed = parse(version);
  if (!parsed || parsed.version !== version) return "is not a Kubernetes version; expected MAJOR.MINOR.PATCH";
  if (parsed.major !== 1) return "is not a known Kubernetes version; the major version is 1";
  if (parsed.minor > kopsMinor) {
    return `is newer than kops 1.${kopsMinor} knows; the newest minor is 1.${kopsMinor} (upgrade kops first)`;
  }
  if (parsed.minor < oldestMinor)
    return `is older than kops 1.${kopsMinor} manages; the oldest minor is 1.${oldestMinor}`;
  return undefined;
}

/**
 * Why `from` cannot be upgraded to `to` in one step; undefined when it can.
 * Kubernetes allows neither a downgrade nor a skipped minor version: an API server works with kubelets of its own minor
 * and older ones, and its stored objects are only converted from one minor to the next.
 */
export function upgradeProblem(from: string, to: string): string | undefined {
  const [a, b] = [parse(from), parse(to)];
  if (!a || !b) return undefined;
  const order = a.compare(b);
  if (order === 0) return `is the version that the cluster already runs (${from}); there is nothing to rehearse`;
  if (order > 0) return `is a downgrade from ${from}; Kubernetes clusters can only go up`;
  if (b.minor > a.minor + 1) {
    return `skips a minor version (from ${from}); upgrade to 1.${a.minor + 1} first, one minor version at a time`;
  }
  return undefined;
}
