import { changed, leftOut, mirrored, withoutIdentity } from "./rule.ts";
import type { Rule } from "./rule.ts";

const key = "is encrypted with AWS's own key instead of production's";

/** Kubernetes and what it runs on: versions, etcd, components, kubelets, container runtime, files, hooks. */
export const components: readonly Rule[] = [
  changed(
    "the stack's settings say so",
    "spec.kubernetesVersion",
    (original, { mirror }) => mirror.kubernetesVersion ?? original,
  ),
  changed("the stack's settings say so", "spec.channel", (original, { mirror }) => mirror.channel ?? original),
  ...mirrored("spec.cloudProvider", "spec.updatePolicy", "spec.project"),

  ...mirrored("spec.etcdClusters"),
  ...withoutIdentity(key, "spec.etcdClusters[].etcdMembers[].kmsKeyId"),
  ...withoutIdentity("the mirror's backups are in its own state store", "spec.etcdClusters[].backups.backupStore"),

  ...mirrored("spec.kubeAPIServer", "spec.kubeControllerManager", "spec.cloudControllerManager", "spec.kubeScheduler"),
  ...withoutIdentity(
    "the issuer of the mirror's tokens is its own",
    "spec.kubeAPIServer.serviceAccountIssuer",
    "spec.kubeAPIServer.additionalServiceAccountIssuers",
    "spec.kubeAPIServer.serviceAccountJWKSURI",
  ),
  // Without the credentials that it is read with, it would answer nobody, and with mode blocking the API server neither.
  ...withoutIdentity("sends what happens to production's audit log", "spec.kubeAPIServer.auditWebhookConfigFile"),
  ...withoutIdentity("is an address of production's", "spec.kubeAPIServer.advertiseAddress"),
  ...mirrored("spec.kubeProxy", "spec.kubelet", "spec.masterKubelet", "spec.kubeDNS"),
  ...mirrored("spec.containerRuntime", "spec.containerd", "spec.docker"),
  ...mirrored("spec.fileAssets", "spec.hooks", "spec.packages", "spec.sysctlParameters", "spec.ntp"),
  ...mirrored("spec.useHostCertificates", "spec.rollingUpdate"),
  ...leftOut(
    "images and files come from where kops gets them, since production's copy may be reachable from its network only",
    "spec.assets",
  ),
  ...mirrored("spec.cloudConfig"),
  ...withoutIdentity("the mirror has its own security groups", "spec.cloudConfig.elbSecurityGroup"),
];
