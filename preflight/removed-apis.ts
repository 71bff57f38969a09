/** An API version that Kubernetes stops serving. */
export interface RemovedApi {
  /** As in manifests: `flowcontrol.apiserver.k8s.io/v1beta3`. */
  readonly apiVersion: string;
  readonly kinds: readonly string[];
  /** The first minor version, 1.N, that does not serve it. Above the newest release: planned. */
  readonly removedIn: number;
  readonly instead: string;
}

/** Where the table is from. */
export const removedApisSource =
  "APILifecycleRemoved of k8s.io/api 0.35.4; what is not in that module, from the Kubernetes deprecation guide";

const v1 = (group: string): string => `${group}/v1`;
const row = (apiVersion: string, removedIn: number, kinds: string, instead = ""): RemovedApi => ({
  apiVersion,
  kinds: kinds.split(" "),
  removedIn,
  instead: instead || v1(apiVersion.split("/")[0] ?? ""),
});

/** From 1.22 on: older ones can be in use nowhere that this project can rehearse. */
export const removedApis: readonly RemovedApi[] = [
  row("admissionregistration.k8s.io/v1beta1", 22, "MutatingWebhookConfiguration ValidatingWebhookConfiguration"),
  row("apiextensions.k8s.io/v1beta1", 22, "CustomResourceDefinition"),
  row("apiregistration.k8s.io/v1beta1", 22, "APIService"),
  row("authentication.k8s.io/v1beta1", 22, "TokenReview"),
  row(
    "authorization.k8s.io/v1beta1",
    22,
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  ),
  row("certificates.k8s.io/v1beta1", 22, "CertificateSigningRequest"),
  row("coordination.k8s.io/v1beta1", 22, "Lease"),
  row("extensions/v1beta1", 22, "Ingress", "networking.k8s.io/v1"),
  row("networking.k8s.io/v1beta1", 22, "Ingress IngressClass"),
  row("rbac.authorization.k8s.io/v1beta1", 22, "ClusterRole ClusterRoleBinding Role RoleBinding"),
  row("scheduling.k8s.io/v1beta1", 22, "PriorityClass"),
  row("storage.k8s.io/v1beta1", 22, "CSIDriver CSINode StorageClass VolumeAttachment"),
  row("autoscaling/v2beta1", 25, "HorizontalPodAutoscaler", "autoscaling/v2"),
  row("batch/v1beta1", 25, "CronJob"),
  row("discovery.k8s.io/v1beta1", 25, "EndpointSlice"),
  row("events.k8s.io/v1beta1", 25, "Event"),
  row("node.k8s.io/v1beta1", 25, "RuntimeClass"),
  row("policy/v1beta1", 25, "PodDisruptionBudget Eviction"),
  row("policy/v1beta1", 25, "PodSecurityPolicy", "the Pod Security admission controller"),
  row("autoscaling/v2beta2", 26, "HorizontalPodAutoscaler", "autoscaling/v2"),
  row("flowcontrol.apiserver.k8s.io/v1beta1", 26, "FlowSchema PriorityLevelConfiguration"),
  row("storage.k8s.io/v1beta1", 27, "CSIStorageCapacity"),
  row("flowcontrol.apiserver.k8s.io/v1beta2", 29, "FlowSchema PriorityLevelConfiguration"),
  row("flowcontrol.apiserver.k8s.io/v1beta3", 32, "FlowSchema PriorityLevelConfiguration"),
  row("admissionregistration.k8s.io/v1alpha1", 32, "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"),
  row("authentication.k8s.io/v1alpha1", 32, "SelfSubjectReview"),
  row("authentication.k8s.io/v1beta1", 33, "SelfSubjectReview"),
  row("admissionregistration.k8s.io/v1beta1", 34, "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"),
  row("storage.k8s.io/v1alpha1", 35, "VolumeAttributesClass"),
  row("certificates.k8s.io/v1alpha1", 37, "ClusterTrustBundle", "certificates.k8s.io/v1beta1"),
  row("networking.k8s.io/v1beta1", 37, "IPAddress ServiceCIDR"),
  row("storage.k8s.io/v1beta1", 37, "VolumeAttributesClass"),
  row(
    "admissionregistration.k8s.io/v1alpha1",
    38,
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/v1beta1",
  ),
  row("coordination.k8s.io/v1alpha2", 38, "LeaseCandidate", "coordination.k8s.io/v1beta1"),
  row("resource.k8s.io/v1beta1", 38, "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice"),
  row("resource.k8s.io/v1beta2", 39, "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice"),
];

/** What is known of an object's API version; undefined when it is not going away. */
export function removedApi(apiVersion: string, kind: string): RemovedApi | undefined {
  return removedApis.find((api) => api.apiVersion === apiVersion && api.kinds.includes(kind));
}
