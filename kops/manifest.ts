/** A kops manifest (or a part of one) as it is written to YAML. */
export type Manifest = Record<string, unknown>;

/** Two values are the same as Kubernetes objects: undefined fields are not written. */
export function withoutUndefined(manifest: Manifest): Manifest {
  return Object.fromEntries(Object.entries(manifest).filter(([, value]) => value !== undefined));
}
