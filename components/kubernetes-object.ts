import * as pulumi from "@pulumi/pulumi";

export interface KubernetesManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/**
 * An object of any kind from a manifest, under the same type as the typed classes of `@pulumi/kubernetes` have, so that
 * the provider waits for it in the same way.
 */
export class KubernetesObject extends pulumi.CustomResource {
  declare readonly status: pulumi.Output<unknown>;

  constructor(name: string, manifest: KubernetesManifest, opts: pulumi.CustomResourceOptions) {
    const group = manifest.apiVersion === "v1" ? "core/v1" : manifest.apiVersion;
    super(`kubernetes:${group}:${manifest.kind}`, name, { ...manifest, status: undefined }, opts);
  }
}

/** `kind-namespace-name`: unique within one set of manifests. */
export function objectName({ kind, metadata }: KubernetesManifest): string {
  return [kind, metadata?.namespace, metadata?.name]
    .filter((part) => part)
    .join("-")
    .toLowerCase();
}
