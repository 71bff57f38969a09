import type { ManifestObject } from "./facts.ts";

/** Fields of a spec that a check looks at; the rest of a manifest, secrets among it, is not passed on. */
const lookedAt = ["replicas", "minAvailable", "maxUnavailable"];

/** What the checks need of a Kubernetes manifest. */
export function manifestObject(file: string, manifest: unknown): ManifestObject {
  const { apiVersion, kind, metadata, spec } = Object(manifest) as {
    apiVersion?: string;
    kind?: string;
    metadata?: { name?: string; namespace?: string };
    spec?: Readonly<Record<string, unknown>>;
  };
  return {
    file,
    apiVersion: apiVersion ?? "",
    kind: kind ?? "",
    namespace: metadata?.namespace ?? "default",
    name: metadata?.name ?? "",
    spec: Object.fromEntries(Object.entries(Object(spec) as object).filter(([field]) => lookedAt.includes(field))),
  };
}
