import { covers, parsePattern } from "./path.ts";
import type { Path } from "./path.ts";
import { addonFields } from "./rules/addons.ts";

/** A field whose meaning, default or effect changes with the version of Kubernetes or of kops. */
interface VersionSensitive {
  readonly fields: readonly string[];
  /** What an upgrade does about it. */
  readonly change: string;
  /** Where that is written. */
  readonly source: string;
}

const addon = "kops upup/models/cloudup/resources/addons, versions in upup/pkg/fi/cloudup/bootstrapchannelbuilder";

const table: readonly VersionSensitive[] = [
  {
    fields: ["spec.kubernetesVersion"],
    change: "it is where the upgrade starts from",
    source: "kubernetes.io/releases/version-skew-policy",
  },
  {
    fields: ["spec.networking", "spec.kubeProxy", "spec.topology.dns", "spec.api.dns", "spec.kubeDNS"],
    change: "kops brings another version of network plugin, kube-proxy and DNS",
    source: addon,
  },
  {
    fields: [
      "spec.addons",
      ...addonFields,
      "spec.cloudConfig",
      "spec.cloudControllerManager",
      "spec.authentication",
      "spec.nodeAuthorization",
    ],
    change: "kops brings another version of the add-on",
    source: addon,
  },
  {
    fields: [
      "spec.kubeAPIServer",
      "spec.kubeControllerManager",
      "spec.kubeScheduler",
      "spec.kubelet",
      "spec.masterKubelet",
      "spec.authorization",
      "spec.encryptionConfig",
    ],
    change: "flags, feature gates and admission plugins come and go with the minor version",
    source: "kubernetes CHANGELOG, Urgent Upgrade Notes and Deprecation",
  },
  {
    fields: ["spec.etcdClusters"],
    change: "kops chooses etcd's version by that of Kubernetes",
    source: "kops docs/operations/etcd_administration.md, upup/pkg/fi/cloudup/defaults.go",
  },
  {
    fields: ["spec.containerRuntime", "spec.containerd", "spec.docker", "spec.image", "spec.packages", "spec.assets"],
    change: "runtime, images and packages of instances are others for each version",
    source: "kops docs/operations/images.md, pkg/model/components/containerd.go, docs/releases",
  },
  {
    fields: ["spec.iam.useServiceAccountExternalPermissions", "spec.serviceAccountIssuerDiscovery"],
    change: "components get their permissions another way, which new versions of add-ons ask for",
    source: "kops docs/cluster_spec.md (service account issuer discovery)",
  },
  {
    fields: ["spec.fileAssets", "spec.hooks", "spec.additionalUserData"],
    change: "what is put on instances meets another kubelet and another runtime",
    source: "kops docs/cluster_spec.md (hooks, fileAssets)",
  },
];

const patterns = table.flatMap(({ fields, change, source }) =>
  fields.map((field) => ({ pattern: parsePattern(field), text: `${change} (${source})` })),
);

/** What an upgrade changes about a field, with its source; undefined: nothing. */
export function changedByUpgrade(canonical: Path): string | undefined {
  return patterns.find(({ pattern }) => covers(pattern, canonical))?.text;
}
