import type { Manifest } from "../kops/manifest.ts";
import type { ServiceAccount } from "../kops/names.ts";
import { valueAt } from "./path.ts";
import { isRecord } from "./production.ts";
import { placeOf } from "./versions.ts";

/** Add-ons of kops 1.35 that may have roles of their own (`pkg/model/components/addonmanifests/`), all in `kube-system`. */
const addons = [
  "aws-cloud-controller-manager",
  "aws-load-balancer-controller",
  "aws-node-termination-handler",
  "cert-manager",
  "cluster-autoscaler",
  "dns-controller",
  "ebs-csi-controller-sa",
  "external-dns",
  "karpenter",
  "kube-router",
];

/** `s3://bucket/path` in which a cluster publishes the keys of its service accounts, if it does. */
export function discoveryStoreOf(manifests: readonly Manifest[]): string | undefined {
  const url = fieldsOf(manifests)("spec.serviceAccountIssuerDiscovery.discoveryStore");
  return typeof url === "string" && url.startsWith("s3://") ? url : undefined;
}

/** The service accounts that may have IAM roles of their own in a cluster: those of add-ons, and the user's. */
export function serviceAccounts(manifests: readonly Manifest[]): ServiceAccount[] {
  const at = fieldsOf(manifests);
  if (at("spec.iam.useServiceAccountExternalPermissions") !== true) return [];
  const own = at("spec.iam.serviceAccountExternalPermissions");
  return [
    ...addons.map((name) => ({ name, namespace: "kube-system" })),
    ...(Array.isArray(own) ? own.filter(isRecord) : []).map(({ name, namespace }) => ({
      name: String(name),
      namespace: String(namespace),
    })),
  ];
}

/** Fields of the Cluster, as v1alpha2 calls them. */
function fieldsOf(manifests: readonly Manifest[]): (field: string) => unknown {
  const cluster = manifests.find(({ kind }) => kind === "Cluster") ?? {};
  return (field) => valueAt(cluster, placeOf(String(cluster["apiVersion"]), field.split(".")));
}
