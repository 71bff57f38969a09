import { expectedMinutes } from "../analysis/schedule.ts";
import type { TurnParts } from "../analysis/turn-parts.ts";
import { minutesText } from "../analysis/words.ts";
import type { CostItem } from "../cost/inventory.ts";
import type { PriceList } from "../cost/prices.ts";
import { rollFloorMinutes, scheduleFloorMinutes } from "../kops/forecast.ts";
import { controlPlaneGroups, nodeGroups } from "../kops/groups.ts";
import { rehearsalMinutes } from "../kops/rehearsal-time.ts";
import type { Settings } from "../settings/parse.ts";
import { costPlan } from "./cost.ts";
import type { CostPlan } from "./cost.ts";

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

/** The turns that an earlier run of the stack measured. */
export interface MeasuredRun {
  readonly run: string;
  readonly turns: readonly TurnParts[];
}

/** The plan with its time and cost: an output of the stack, since it depends on earlier runs and on prices of the day. */
export interface Outlook extends UpgradePlan {
  readonly duration: { readonly rehearsal: string; readonly production: string };
  readonly cost: CostPlan;
}

export function outlook(
  settings: Settings,
  items: readonly CostItem[],
  lists: readonly PriceList[],
  measured: MeasuredRun | undefined,
): Outlook {
  const { controlPlane, nodes, intervals, load, rollTimeoutMinutes, region } = settings;
  const plan = upgradePlan(settings);
  const minutes = rehearsalMinutes({
    cluster: { controlPlane, nodes },
    pace: intervals,
    baselineSeconds: load.requests === undefined ? load.durationSeconds : load.warmupSeconds,
    rollTimeoutMinutes,
  });
  return {
    ...plan,
    duration: {
      rehearsal: `at least ${minutesText(minutes.least)} (load and kops' pauses), at most ${minutesText(minutes.most)} (time limits)`,
      production: productionText(settings, measured),
    },
    cost: costPlan(items, lists, region, minutes),
  };
}

function productionText({ production, intervals }: Settings, measured: MeasuredRun | undefined): string {
  const floor = minutesText(scheduleFloorMinutes(production.nodes, intervals.node));
  const expected =
    measured && expectedMinutes(measured.turns, production.nodes, intervals.node, intervals.validateCount);
  if (measured === undefined || !expected)
    return `at least ${floor} (nodes x interval); drain, boot and validation are unmeasured until a rehearsal has run`;
  const range = `${minutesText(expected.low)} to ${minutesText(expected.high)}`;
  return `${minutesText(expected.minutes)}, 95 % from ${range} (${measured.turns.length} turns of run ${measured.run}); floor ${floor}`;
}
