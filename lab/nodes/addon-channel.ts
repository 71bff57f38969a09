import semver from "semver";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const channel = z.object({
  spec: z.object({
    addons: z.array(
      z.object({
        name: z.string(),
        id: z.string().optional(),
        manifest: z.string(),
        manifestHash: z.string().default(""),
        /** A range, as in `>=1.12.0`; an add-on for other versions is left alone. */
        kubernetesVersion: z.string().optional(),
      }),
    ),
  }),
});

/** One add-on of a channel. */
export interface Addon {
  readonly name: string;
  /** Where its manifest is, whole. */
  readonly location: string;
  /** Changes whenever the manifest does. */
  readonly revision: string;
}

/** The add-ons of a channel file that are meant for this Kubernetes version; manifests are relative to the file. */
export function readChannel(content: string, location: string, kubernetesVersion: string): Addon[] {
  const folder = location.slice(0, location.lastIndexOf("/"));
  const version = semver.coerce(kubernetesVersion);
  return channel
    .parse(parse(content))
    .spec.addons.filter(
      ({ kubernetesVersion: range }) => range === undefined || version === null || semver.satisfies(version, range),
    )
    .map(({ name, id, manifest, manifestHash }) => ({
      name,
      location: /^\w+:\/\//.test(manifest) ? manifest : `${folder}/${manifest}`,
      revision: `${id ?? ""}/${manifest}/${manifestHash}`,
    }));
}

/** An object of a manifest, of whatever kind. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The objects of a manifest of one or more YAML documents, namespaces and custom resource definitions first. */
export function readManifest(content: string): ManifestObject[] {
  const objects = parseAllDocuments(content)
    .map((document) => document.toJS() as ManifestObject | null)
    .filter((object) => object !== null);
  const rank = ({ kind }: ManifestObject) => (kind === "Namespace" || kind === "CustomResourceDefinition" ? 0 : 1);
  return objects.sort((a, b) => rank(a) - rank(b));
}
