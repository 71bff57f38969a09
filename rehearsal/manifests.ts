import semver from "semver";
import { parseAllDocuments, stringify } from "yaml";
import { RehearsalError } from "./errors.ts";

type Manifest = Readonly<Record<string, unknown>>;

/**
 * Manifests as one YAML text for `kops replace -f`. kops and kubectl read YAML 1.1, in which an unquoted `yes` or `1_000`
 * is no text.
 */
export function manifestsYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => `---\n${stringify(manifest, { lineWidth: 0, compat: "yaml-1.1" })}`).join("");
}

/** What an upgrade edits in the output of `kops get all -o yaml`; all else stays as it is. */
export interface Edit {
  /** `spec.kubernetesVersion` of the Cluster. */
  readonly version: string;
  /** `spec.rollingUpdate.maxSurge` of the groups with role Node. */
  readonly maxSurge?: number | undefined;
}

/** @returns the manifests to give to `kops replace`, and what `previous` version they had */
export function editManifests(yaml: string, edit: Edit): { readonly text: string; readonly previous: string } {
  const documents = parseAllDocuments(yaml);
  const cluster = documents.find((document) => document.get("kind") === "Cluster");
  const previous = cluster?.getIn(["spec", "kubernetesVersion"]);
  if (cluster === undefined || typeof previous !== "string") {
    throw new RehearsalError("kops get all printed no Cluster with a Kubernetes version.", {
      details: [`It printed ${documents.length} documents.`],
      next: "look at `kops get all -o yaml`",
    });
  }
  cluster.setIn(["spec", "kubernetesVersion"], edit.version);
  for (const document of documents) {
    if (edit.maxSurge === undefined || document.getIn(["spec", "role"]) !== "Node") continue;
    document.setIn(["spec", "rollingUpdate", "maxSurge"], edit.maxSurge);
  }
  const text = documents.map((document) => `---\n${document.toString({ lineWidth: 0 }).replace(/^---\n/, "")}`);
  return { text: text.join(""), previous };
}

/**
 * The manifests to apply to a cluster that may exist already: its version is raised if need be, never lowered, since an
 * upgrade may have run in the meantime.
 */
export function withoutDowngrade(manifests: readonly Manifest[], existing: string | undefined): Manifest[] {
  return manifests.map((manifest) => {
    if (manifest["kind"] !== "Cluster" || existing === undefined) return manifest;
    const spec = manifest["spec"] as Record<string, unknown>;
    const wanted = String(spec["kubernetesVersion"]);
    return semver.gt(existing, wanted) ? { ...manifest, spec: { ...spec, kubernetesVersion: existing } } : manifest;
  });
}
