import { parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import type { Manifest } from "../kops/manifest.ts";
import { apiVersions } from "./versions.ts";

/** A cluster as kops writes it. */
export interface Production {
  readonly cluster: Manifest;
  /** In the order of the source. */
  readonly groups: readonly Manifest[];
  /** What else the source holds: SSH keys, objects of add-ons. */
  readonly others: readonly Manifest[];
}

/** What is wrong with a source, all of it. */
export class ProductionError extends Error {
  override readonly name = "ProductionError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/**
 * Reads what `kops get all -o yaml` prints. One text may hold several documents; JSON is YAML too.
 *
 * @throws ProductionError with everything that is wrong
 */
export function parseProduction(...texts: readonly string[]): Production {
  const problems: string[] = [];
  const manifests: Manifest[] = [];
  for (const document of texts.flatMap((text) => parseAllDocuments(text))) {
    if (!("contents" in document)) continue;
    problems.push(...document.errors.map((error) => `It is no YAML: ${error.message.split("\n")[0] ?? ""}`));
    const value = document.errors.length === 0 ? contents(document, problems) : null;
    if (value === null || value === undefined) continue;
    const listed = itemsOf(value);
    if (listed.every(isManifest)) manifests.push(...listed.map(withPresentGroup));
    else problems.push("A document in it is no Kubernetes object (it has no kind).");
  }
  return checked(manifests, problems);
}

/** A document may hold more by its aliases than anybody wrote. */
function contents(document: Document, problems: string[]): unknown {
  try {
    return document.toJS();
  } catch (error) {
    problems.push(`It is no YAML that can be read: ${error instanceof Error ? error.message : String(error)}.`);
    return null;
  }
}

function checked(manifests: readonly Manifest[], problems: string[]): Production {
  const ofKops = manifests.filter((manifest) => String(manifest["apiVersion"]).startsWith("kops.k8s.io/"));
  for (const manifest of ofKops) {
    const version = String(manifest["apiVersion"]);
    if (!apiVersions.some((known) => known === version))
      problems.push(`${titleOf(manifest)} has the API version ${version}; known are ${apiVersions.join(" and ")}.`);
  }
  const clusters = ofKops.filter((manifest) => manifest["kind"] === "Cluster");
  const groups = ofKops.filter((manifest) => manifest["kind"] === "InstanceGroup");
  const others = manifests.filter((manifest) => !clusters.includes(manifest) && !groups.includes(manifest));
  const [cluster] = clusters;
  if (clusters.length !== 1)
    problems.push(
      clusters.length === 0
        ? "It holds no Cluster."
        : `It holds ${clusters.length} clusters: ${clusters.map(nameOf).join(", ")}.`,
    );
  if (groups.length === 0)
    problems.push("It holds no InstanceGroup; `kops get all` prints them, `kops get cluster` does not.");
  for (const manifest of [...clusters, ...groups]) {
    if (nameOf(manifest) === "") problems.push(`A ${String(manifest["kind"])} has no metadata.name.`);
    if (!isRecord(manifest["spec"])) problems.push(`${titleOf(manifest)} has no spec.`);
  }
  const twice = groups.map(nameOf).find((name, i, names) => names.indexOf(name) !== i);
  if (twice !== undefined) problems.push(`InstanceGroup ${twice} is in it twice.`);
  const provider = cluster && isRecord(cluster["spec"]) ? cluster["spec"]["cloudProvider"] : "aws";
  if (provider !== "aws" && !(isRecord(provider) && "aws" in provider))
    problems.push(`The cluster's cloud provider is ${JSON.stringify(provider)}; only aws can be mirrored.`);
  if (problems.length > 0 || cluster === undefined) throw new ProductionError(problems);
  return { cluster, groups, others };
}

/** `kops get all -o json` prints one list, as does kubectl in its own way. */
function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) && Array.isArray(value["items"]) ? value["items"] : [value];
}

function isManifest(value: unknown): value is Manifest {
  return isRecord(value) && typeof value["kind"] === "string";
}

/** State stores hold `kops/v1alpha2` of what has not been edited for years; kops itself reads it as the present one. */
function withPresentGroup(manifest: Manifest): Manifest {
  const version = manifest["apiVersion"];
  return typeof version === "string" && version.startsWith("kops/")
    ? { ...manifest, apiVersion: version.replace("kops/", "kops.k8s.io/") }
    : manifest;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function nameOf(manifest: Manifest): string {
  const metadata = manifest["metadata"];
  return isRecord(metadata) && typeof metadata["name"] === "string" ? metadata["name"] : "";
}

/** `Cluster`, `InstanceGroup nodes`. */
export function titleOf(manifest: Manifest): string {
  const kind = String(manifest["kind"]);
  return kind === "Cluster" ? kind : `${kind} ${nameOf(manifest)}`;
}
