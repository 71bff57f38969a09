import { createHash } from "node:crypto";
import type { Manifest } from "../kops/manifest.ts";
import { asV1alpha2 } from "../mirror/versions.ts";

/** Fields of a Cluster's spec, as v1alpha2 has them, that say where a mirror is and whose: they change from one mirror to the next of the same thing. */
const aside = ["networkID", "cloudLabels"];

/** Who may reach a mirror: it may be changed in the middle of a run, as when one's own address has. */
const access = ["sshAccess", "kubernetesApiAccess"];

/** JSON with sorted keys, so that equal values have equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** SHA-256 of what is rehearsed: the manifests of a cluster, whatever the order of their fields. */
export function fingerprint(manifests: readonly Manifest[]): string {
  return digest(manifests.map((manifest) => rehearsed(manifest)));
}

/** The same, of what must not change as long as a run goes on: its baseline and its upgrade are of one thing. */
export function runFingerprint(manifests: readonly Manifest[]): string {
  return digest(manifests.map((manifest) => rehearsed(manifest, [...aside, ...access])));
}

/** SHA-256 of a value, whatever the order of its fields. */
export const digest = (value: unknown): string => createHash("sha256").update(canonical(value)).digest("hex");

/** The fields that differ, in words: `Cluster mirror: spec.networking.calico: {} -> none`. */
export function changedFields(before: readonly Manifest[], after: readonly Manifest[]): string[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => old.get(field) !== now.get(field))
    .map((field) => `${field}: ${old.get(field) ?? "none"} -> ${now.get(field) ?? "none"}`);
}

function rehearsed(given: Manifest, without: readonly string[] = aside): unknown {
  const manifest = asV1alpha2(given);
  const { spec } = manifest;
  if (manifest["kind"] !== "Cluster" || typeof spec !== "object" || spec === null) return manifest;
  return { ...manifest, spec: Object.fromEntries(Object.entries(spec).filter(([name]) => !without.includes(name))) };
}

function fieldsOf(manifests: readonly Manifest[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const manifest of manifests) {
    const { kind, metadata } = manifest as { kind?: string; metadata?: { name?: string } };
    flatten(rehearsed(manifest), `${kind ?? ""} ${metadata?.name ?? ""}:`, fields);
  }
  return fields;
}

function flatten(value: unknown, path: string, fields: Map<string, string>): void {
  const parts = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (parts.length === 0) fields.set(path, JSON.stringify(value) ?? "none");
  for (const [name, part] of parts) flatten(part, `${path}${path.endsWith(":") ? " " : "."}${name}`, fields);
}
