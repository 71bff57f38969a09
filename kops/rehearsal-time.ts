import { rollFloorMinutes, type Pace, type RolledGroup } from "./forecast.ts";

/** Minutes that each command of the program may take; for the roll what surrounds it: dry runs, load, settling, checks. */
export const commandLimits = { create: 60, baseline: 30, roll: 60, verdict: 30, delete: 60 };

export interface RehearsalTimes {
  readonly groups: readonly RolledGroup[];
  readonly pace: Pace;
  /** Length of the baseline's load in seconds, its warm-up included; the least when it counts requests. */
  readonly baselineSeconds: number;
  readonly rollTimeoutMinutes: number;
  readonly rolls: Rolls;
}

/** How often the mirror is rolled at most, by the command of the upgrade and by that of the way back. */
export interface Rolls {
  readonly upgrade: number;
  readonly wayBack: number;
}

/** What the settings ask for beyond one upgrade. */
export interface MoreRolls {
  readonly search?: { readonly maxRolls: number; readonly again: "force" | "upgrade" } | undefined;
  readonly rehearseRevert: "never" | "midRoll" | "after";
}

/** A further roll of a search is one roll, or the way back and an upgrade; a way back out of the middle begins with half an upgrade. */
export function rollsOf({ search, rehearseRevert }: MoreRolls): Rolls {
  const further = search === undefined ? 0 : (search.maxRolls - 1) * (search.again === "upgrade" ? 2 : 1);
  return { upgrade: 1 + further, wayBack: { never: 0, midRoll: 2, after: 1 }[rehearseRevert] };
}

/** Minutes that a command which rolls so often may take. */
export const rollLimitMinutes = (rolls: number, rollTimeoutMinutes: number): number =>
  Math.ceil(rolls * (rollTimeoutMinutes + commandLimits.roll));

/**
 * Minutes that a rehearsal takes from the first resource to the last deletion: at least its load and the pauses that kops
 * makes, at most what its commands are given before they are stopped. A search may end with its first roll, and a way back
 * out of the middle is short.
 */
export function rehearsalMinutes({ groups, pace, baselineSeconds, rollTimeoutMinutes, rolls }: RehearsalTimes): {
  readonly least: number;
  readonly most: number;
} {
  const baseline = baselineSeconds / 60;
  const { create, baseline: load, verdict, delete: end } = commandLimits;
  const whole = 1 + (rolls.wayBack === 1 ? 1 : 0);
  return {
    least: Number((baseline + whole * rollFloorMinutes(groups, pace)).toFixed(1)),
    most: Math.ceil(
      baseline + create + load + verdict + end + rollLimitMinutes(rolls.upgrade + rolls.wayBack, rollTimeoutMinutes),
    ),
  };
}
