import { parseAllDocuments } from "yaml";
import type { KubernetesManifest } from "./kubernetes-object.ts";

/**
 * Reads Kubernetes manifests from YAML; Lists become their items.
 *
 * @param where the setting and file that they are from, for errors
 * @throws Error that names the document that is no Kubernetes object
 */
export function parseManifests(text: string, where: string): KubernetesManifest[] {
  return parseAllDocuments(text).flatMap((document, i) => {
    const [error] = document.errors;
    if (error) throw new Error(`${where}: ${error.message}`);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    if (isList(value)) return value.items.map((item, j) => check(item, `${where}, document ${i + 1}, item ${j + 1}`));
    return [check(value, `${where}, document ${i + 1}`)];
  });
}

/** The manifests with the namespace that they are to be in, unless they bring it themselves. */
export function withNamespace(manifests: readonly KubernetesManifest[], name: string): KubernetesManifest[] {
  const isThere = manifests.some(({ kind, metadata }) => kind === "Namespace" && metadata?.name === name);
  return isThere ? [...manifests] : [{ apiVersion: "v1", kind: "Namespace", metadata: { name } }, ...manifests];
}

function isList(value: unknown): value is { items: unknown[] } {
  const { kind, items } = Object(value) as { kind?: unknown; items?: unknown };
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
}

function check(value: unknown, where: string): KubernetesManifest {
  const { apiVersion, kind, metadata } = Object(value) as Partial<KubernetesManifest>;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof metadata?.name !== "string") {
    throw new Error(`${where} is no Kubernetes object: apiVersion, kind and metadata.name are needed`);
  }
  return value as KubernetesManifest;
}
