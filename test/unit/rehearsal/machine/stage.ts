import { Clock } from "./clock.ts";
import { Disk } from "./disk.ts";
import { Life } from "./life.ts";
import { Trouble } from "./trouble.ts";
import { World } from "./world.ts";

export const life = new Life();
export const disk = new Disk(life);
export const clock = new Clock();
export const trouble = new Trouble();

/** What the sequence that is being played has around it. */
export interface Stage {
  world: World;
  /** What preflight finds is wrong. */
  refused: boolean;
  /** How many rolls disturb the service, however they are paced. */
  disturbed: number;
  /** An upgrade that is to be stopped replaces so many nodes. */
  enough: { readonly version: string; readonly nodes: number } | undefined;
  /** Loads that were sent, to tell one from another. */
  loads: number;
}

export const stage: Stage = newStage();

/** The nodes that were there when the load of a roll began, by its id. */
export const rolledUnder = new Map<string, { readonly before: readonly string[]; readonly after: readonly string[] }>();

export function reset(): void {
  rolledUnder.clear();
  Object.assign(stage, newStage());
}

function newStage(): Stage {
  return { world: new World(life), refused: false, disturbed: 0, enough: undefined, loads: 0 };
}
