import { rollFloorMinutes, type Pace, type RolledGroup } from "./forecast.ts";

/** Minutes that each command of the program may take; for the roll what surrounds it: dry runs, load, settling, checks. */
export const commandLimits = { create: 60, baseline: 30, roll: 60, verdict: 30, delete: 60 };

export interface RehearsalTimes {
  readonly groups: readonly RolledGroup[];
  readonly pace: Pace;
  /** Length of the baseline's load in seconds, its warm-up included; the least when it counts requests. */
  readonly baselineSeconds: number;
  readonly rollTimeoutMinutes: number;
}

/**
 * Minutes that a rehearsal takes from the first resource to the last deletion: at least its load and the pauses that kops
 * makes, at most what its commands are given before they are stopped.
 */
export function rehearsalMinutes({ groups, pace, baselineSeconds, rollTimeoutMinutes }: RehearsalTimes): {
  readonly least: number;
  readonly most: number;
} {
  const baseline = baselineSeconds / 60;
  const limits = Object.values(commandLimits).reduce((sum, minutes) => sum + minutes, 0);
  return {
    least: Number((baseline + rollFloorMinutes(groups, pace)).toFixed(1)),
    most: Math.ceil(baseline + rollTimeoutMinutes + limits),
  };
}
