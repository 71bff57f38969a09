import { expectedMinutes } from "../analysis/schedule.ts";
import type { TurnParts } from "../analysis/turn-parts.ts";
import { minutesText } from "../analysis/words.ts";
import type { CostItem } from "../cost/inventory.ts";
import type { PriceList } from "../cost/prices.ts";
import { rollFloorMinutes, scheduleFloorMinutes, type RolledGroup } from "../kops/forecast.ts";
import { rehearsalMinutes, rollsOf, type Rolls } from "../kops/rehearsal-time.ts";
import { fidelityFaults, fidelityText } from "../analysis/fidelity.ts";
import { fidelityReport } from "../mirror/fidelity.ts";
import { mirrorShape, type MirrorGroup } from "../preflight/mirror.ts";
import { fidelityOfSettings, manifestsOf } from "../settings/manifests.ts";
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
  /** How much of production's manifests the mirror has; absent where they are not its source. */
  readonly fidelity?: FidelityPlan;
}

export interface FidelityPlan {
  readonly share: string;
  /** What differs without a waiver though the upgrade changes it; it forbids SAFE. */
  readonly forbidsSafe: readonly string[];
  /** Waivers of what does not differ: misspelt, or out of date. */
  readonly unusedWaivers: readonly string[];
}

export function upgradePlan(settings: Settings): UpgradePlan {
  const { intervals, production } = settings;
  const groups = groupsOf(settings);
  const fidelity = fidelityPlan(settings);
  return {
    clusterName: settings.clusterName,
    fromVersion: settings.kubernetesVersion,
    toVersion: settings.targetVersion,
    instanceGroups: groups.map(groupText),
    intervals,
    rehearsalMinutesAtLeast: rollFloorMinutes(groups.map(rolled), intervals),
    productionMinutesAtLeast: scheduleFloorMinutes(production.nodes, intervals.node),
    ...(fidelity === undefined ? {} : { fidelity }),
  };
}

/** The mirror's groups, the control plane first, as they are rolled. */
function groupsOf(settings: Settings): MirrorGroup[] {
  const { groups } = mirrorShape(manifestsOf(settings));
  return [...groups.filter((group) => group.controlPlane), ...groups.filter((group) => !group.controlPlane)];
}

function groupText({ name, minSize, size, machineTypes }: MirrorGroup): string {
  return `${name}: ${minSize} x ${machineTypes.join(" or ")}${size > minSize ? ` (up to ${size})` : ""}`;
}

const rolled = ({ controlPlane, minSize }: MirrorGroup): RolledGroup => ({ controlPlane, size: minSize });

function fidelityPlan(settings: Settings): FidelityPlan | undefined {
  const fidelity = fidelityOfSettings(settings);
  if (fidelity === undefined) return undefined;
  const report = fidelityReport(fidelity);
  return { share: fidelityText(report), forbidsSafe: fidelityFaults(report), unusedWaivers: fidelity.unusedWaivers };
}

/** What an earlier run of the stack measured. */
export interface MeasuredRun {
  readonly run: string;
  readonly turns: readonly TurnParts[];
  /** From its first event to its verdict; the creation of the mirror is part of the first run on it only. */
  readonly minutes?: number;
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
  const minutes = forecastMinutes(settings);
  const { upgrade, wayBack } = rollsIn(settings);
  const times = upgrade + wayBack === 1 ? "" : ` of ${upgrade + wayBack} rolls`;
  return {
    ...upgradePlan(settings),
    duration: {
      rehearsal:
        `at least ${minutesText(minutes.least)} (load and kops' pauses), at most ${minutesText(minutes.most)} (time limits${times})` +
        (measured?.minutes === undefined ? "" : `; run ${measured.run} took ${minutesText(measured.minutes)}`),
      production: productionText(settings, measured),
    },
    cost: costPlan(items, lists, settings.region, { ...minutes, measured: measured?.minutes }),
  };
}

/** How often the mirror is rolled at most. */
export const rollsIn = ({ intervals: { search }, rehearseRevert }: Settings): Rolls =>
  rollsOf({ search, rehearseRevert });

/** How long the rehearsal takes, from the first resource to the last deletion. */
export function forecastMinutes(settings: Settings): { readonly least: number; readonly most: number } {
  const { intervals, load, rollTimeoutMinutes } = settings;
  return rehearsalMinutes({
    groups: groupsOf(settings).map(rolled),
    pace: intervals,
    baselineSeconds: load.requests === undefined ? load.durationSeconds : load.warmupSeconds,
    rollTimeoutMinutes,
    rolls: rollsIn(settings),
  });
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
