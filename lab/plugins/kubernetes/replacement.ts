import { stringAt, type Path, type Props } from "../provider/values.ts";
import { groupOf } from "./objects.ts";

const metadata: readonly Path[] = [["apiVersion"], ["kind"], ["metadata", "name"], ["metadata", "namespace"]];
const selector: readonly Path[] = [["spec", "selector"]];

/** Fields that an API server does not let change, by group and kind. */
const immutable: Readonly<Record<string, readonly Path[]>> = {
  "apps/Deployment": selector,
  "apps/DaemonSet": selector,
  "apps/ReplicaSet": selector,
  "apps/StatefulSet": [
    ...selector,
    ["spec", "podManagementPolicy"],
    ["spec", "revisionHistoryLimit"],
    ["spec", "serviceName"],
    ["spec", "volumeClaimTemplates"],
  ],
  "batch/Job": [...selector, ["spec", "completions"], ["spec", "parallelism"], ["spec", "template"]],
  "/PersistentVolumeClaim": [["spec"]],
  // Of a pod only the image, tolerations and a few deadlines may change; a new pod is what is meant.
  "/Pod": [["spec"]],
  "/ResourceQuota": [["spec", "scopes"]],
  "/Service": [["spec", "clusterIP"]],
  "rbac.authorization.k8s.io/RoleBinding": [["roleRef"]],
  "rbac.authorization.k8s.io/ClusterRoleBinding": [["roleRef"]],
  "storage.k8s.io/StorageClass": [["parameters"], ["provisioner"]],
};

export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/**
 * The paths at which a change makes a new object. The data of ConfigMaps and Secrets are among them, so that pods see
 * a change, unless the provider's `enableConfigMapMutable` or `enableSecretMutable` says otherwise.
 */
export function replacementPaths(object: Props, mutable: Mutability): readonly Path[] {
  const kind = `${groupOf(stringAt(object, ["apiVersion"]) ?? "")}/${stringAt(object, ["kind"]) ?? ""}`;
  if (kind === "/ConfigMap" && !mutable.configMaps) return [...metadata, ["data"], ["binaryData"]];
  if (kind === "/Secret") return [...metadata, ["type"], ...(mutable.secrets ? [] : [["data"], ["stringData"]])];
  return [...metadata, ...(immutable[kind] ?? [])];
}
