import { rollFloorMinutes, scheduleFloorMinutes } from "../kops/forecast.ts";
import { controlPlaneGroups, nodeGroups } from "../kops/groups.ts";
import type { Settings } from "../settings/parse.ts";

/** What a reviewer of a preview wants to know of an upgrade, known before anything runs. */
export interface UpgradePlan {
  readonly clusterName: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  /** In the order in which they are rolled: `control-plane-us-east-1a: 1 x m5.large`. */
  readonly instanceGroups: readonly string[];
  readonly intervals: Settings["intervals"];
  /** Minutes that kops pauses while it rolls the mirror; booting and draining come on top. */
  readonly rehearsalMinutesAtLeast: number;
  /** The article's rule for production: nodes x interval. */
  readonly productionMinutesAtLeast: number;
}

export function upgradePlan(settings: Settings): UpgradePlan {
  const { controlPlane, nodes, intervals, production } = settings;
  const groups = [...controlPlaneGroups(controlPlane), ...nodeGroups(nodes)];
  return {
    clusterName: settings.clusterName,
    fromVersion: settings.kubernetesVersion,
    toVersion: settings.targetVersion,
    instanceGroups: groups.map((group) => `${group.name}: ${group.size} x ${group.machineType}`),
    intervals,
    rehearsalMinutesAtLeast: rollFloorMinutes({ controlPlane, nodes }, intervals),
    productionMinutesAtLeast: scheduleFloorMinutes(production.nodes, intervals.node),
  };
}
