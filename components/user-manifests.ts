import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { KubernetesManifest } from "./kubernetes-object.ts";

/**
 * Reads Kubernetes manifests from YAML files; Lists become their items.
 *
 * @throws Error that names the file of a document that is no Kubernetes object
 */
export function readManifests(files: readonly string[]): KubernetesManifest[] {
  return files.flatMap((file) => parseManifests(readFileSync(file, "utf8"), file));
}

export function parseManifests(text: string, file: string): KubernetesManifest[] {
  return parseAllDocuments(text).flatMap((document, i) => {
    const [error] = document.errors;
    if (error) throw new Error(`app.manifests: ${file}: ${error.message}`);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    if (isList(value)) return value.items.map((item, j) => check(item, `${file}, document ${i + 1}, item ${j + 1}`));
    return [check(value, `${file}, document ${i + 1}`)];
  });
}

function isList(value: unknown): value is { items: unknown[] } {
  const { kind, items } = Object(value) as { kind?: unknown; items?: unknown };
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items);
}

function check(value: unknown, where: string): KubernetesManifest {
  const { apiVersion, kind, metadata } = Object(value) as Partial<KubernetesManifest>;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof metadata?.name !== "string") {
    throw new Error(`app.manifests: ${where} is no Kubernetes object: apiVersion, kind and metadata.name are needed`);
  }
  return value as KubernetesManifest;
}
