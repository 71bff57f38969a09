import { isObject, stringAt, type Path, type Props } from "../provider/values.ts";

/** `deployment default/web`, as people write it. */
export function describeObject(object: Props): string {
  const kind = stringAt(object, ["kind"]) ?? "object";
  const name = stringAt(object, ["metadata", "name"]) ?? stringAt(object, ["metadata", "generateName"]) ?? "";
  const namespace = stringAt(object, ["metadata", "namespace"]);
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

export function annotation(object: Props, name: string): string | undefined {
  return stringAt(object, ["metadata", "annotations", name]);
}

/** Whether `pulumi.com/skipAwait` asks not to wait for this object. */
export function skipsAwait(object: Props): boolean {
  return annotation(object, "pulumi.com/skipAwait") === "true";
}

/** `pulumi.com/timeoutSeconds`, or undefined. */
export function annotatedTimeout(object: Props): number | undefined {
  const seconds = Number(annotation(object, "pulumi.com/timeoutSeconds"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** Merges `over` into `base`, maps deeply, all else as a whole. */
export function merge(base: Props, over: Props): Props {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return result;
}

/** What is secret in an object whatever the program says. */
export function secretPaths(object: Props): readonly Path[] {
  return object["kind"] === "Secret" ? [["data"], ["stringData"]] : [];
}

/** Kinds of Kubernetes itself that are in no namespace. */
const clusterScoped: ReadonlySet<string> = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "ComponentStatus",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IPAddress",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "SelfSubjectReview",
  "ServiceCIDR",
  "StorageClass",
  "TokenReview",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** Whether an object is in a namespace; undefined when only the cluster knows, as for custom resources. */
export function isNamespaced(object: Props): boolean | undefined {
  const group = groupOf(stringAt(object, ["apiVersion"]) ?? "");
  const builtIn = !group.includes(".") || group.endsWith(".k8s.io");
  if (!builtIn) return undefined;
  return !clusterScoped.has(stringAt(object, ["kind"]) ?? "");
}
