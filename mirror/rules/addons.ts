import { warmPool } from "./warm-pool.ts";
import { changed, mirrored, withoutIdentity } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Add-ons of which each version of kops brings its own. */
export const addonFields: readonly string[] = [
  "spec.awsLoadBalancerController",
  "spec.certManager",
  "spec.clusterAutoscaler",
  "spec.externalDns",
  "spec.karpenter",
  "spec.metricsServer",
  "spec.nodeProblemDetector",
  "spec.nodeTerminationHandler",
  "spec.podIdentityWebhook",
  "spec.snapshotController",
];

/** What kops installs into the cluster besides Kubernetes. */
export const addons: readonly Rule[] = [
  ...mirrored(...addonFields, "spec.warmPool"),
  ...warmPool,
  ...withoutIdentity("are production's hosted zones", "spec.certManager.hostedZoneIDs"),
  ...withoutIdentity(
    "tells people of production's nodes",
    "spec.nodeTerminationHandler.webhookURL",
    "spec.nodeTerminationHandler.webhookTemplate",
  ),
  changed("is in a bucket of production's", "spec.addons[]", (original, { rewrite }) =>
    rewrite(JSON.stringify(original)).found.length > 0 ? undefined : original,
  ),
];
