import { isRecord } from "../production.ts";
import { groupSizes, rememberedSize, scaledFrom } from "../sizes.ts";
import { warmPool } from "./warm-pool.ts";
import { mirrored, own, replaced, scaled, withoutIdentity } from "./rule.ts";
import type { Rule, RuleInput } from "./rule.ts";

const size = "scaled by the mirror's settings";
const key = "is encrypted with AWS's own key instead of production's";

/** Instance groups. */
export const group: readonly Rule[] = [
  ...mirrored(
    "spec.role",
    "spec.manager",
    "spec.image",
    "spec.machineType",
    "spec.guestAccelerators",
    "spec.cpuCredits",
  ),
  scaled(size, "spec.minSize", (_, { manifest, mirror }) => groupSizes(manifest, mirror).minSize),
  scaled(size, "spec.maxSize", (_, { manifest, mirror }) => groupSizes(manifest, mirror).maxSize),
  own("remembers production's size", `metadata.annotations["${scaledFrom}"]`, rememberedSize),
  ...mirrored("spec.autoscale", "spec.autoscalePriority", "spec.suspendProcesses", "spec.instanceProtection"),
  ...mirrored(
    "spec.rootVolumeSize",
    "spec.rootVolumeType",
    "spec.rootVolumeIops",
    "spec.rootVolumeThroughput",
    "spec.rootVolumeOptimization",
    "spec.rootVolumeDeleteOnTermination",
    "spec.rootVolumeEncryption",
    "spec.volumes",
    "spec.volumeMounts",
  ),
  ...withoutIdentity(key, "spec.rootVolumeEncryptionKey", "spec.volumes[].key"),
  ...mirrored("spec.subnets", "spec.zones", "spec.associatePublicIp", "spec.tenancy"),
  ...mirrored("spec.maxPrice", "spec.spotDurationInMinutes", "spec.instanceInterruptionBehavior"),
  ...mirrored("spec.mixedInstancesPolicy", "spec.capacityRebalance", "spec.maxInstanceLifetime"),
  ...mirrored("spec.nodeLabels", "spec.taints", "spec.kubelet", "spec.sysctlParameters", "spec.packages"),
  ...mirrored("spec.hooks", "spec.fileAssets", "spec.additionalUserData", "spec.compressUserData", "spec.containerd"),
  ...mirrored("spec.detailedInstanceMonitoring", "spec.instanceMetadata", "spec.rollingUpdate", "spec.updatePolicy"),
  ...mirrored("spec.warmPool", "spec.gcpProvisioningModel"),
  ...warmPool,
  ...withoutIdentity(
    "the mirror has its own security groups",
    "spec.additionalSecurityGroups",
    "spec.securityGroupOverride",
  ),
  ...withoutIdentity(
    "is a load balancer of production's, which sends it production's requests",
    "spec.externalLoadBalancers",
  ),
  ...withoutIdentity("may do what production's instances may do; kops makes the mirror's own", "spec.iam.profile"),
  replaced("production's tags are for production's resources", "spec.cloudLabels", nodeTemplateLabels),
];

/** Tags that tell the cluster autoscaler what nodes a group would have are about the nodes and not about an owner. */
function nodeTemplateLabels(original: unknown, { rewrite }: RuleInput): unknown {
  if (!isRecord(original)) return undefined;
  const kept = Object.entries(original).filter(([name]) => name.startsWith("k8s.io/cluster-autoscaler/node-template/"));
  if (kept.length === 0) return undefined;
  return Object.fromEntries(kept.map(([name, value]) => [rewrite(name).text, rewrite(String(value)).text]));
}
