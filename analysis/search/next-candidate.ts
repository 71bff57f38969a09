import { durationMs } from "../duration.ts";
import type { Attempt, Candidate } from "./attempt.ts";

/** What a search may vary, each in rising order; the first roll takes the first of each. */
export interface Ladders {
  /** Pauses after each node, control plane and nodes alike. */
  readonly intervals: readonly string[];
  readonly postDrainDelays: readonly string[];
  readonly maxSurges: readonly number[];
  /** Rolls in all, the first one included. */
  readonly maxRolls: number;
}

type Dimension = "interval" | "postDrainDelay" | "maxSurge";

/** What helps against bad requests that begin there, the likeliest first. */
const helpful: Readonly<Record<NonNullable<Attempt["spot"]>, readonly Dimension[]>> = {
  // The node dies while clients still hold connections to it, or the load balancer still sends some.
  termination: ["postDrainDelay", "interval", "maxSurge"],
  // Evicted pods found no room in time.
  capacity: ["maxSurge", "interval", "postDrainDelay"],
  drain: ["interval", "postDrainDelay", "maxSurge"],
  interval: ["interval", "postDrainDelay", "maxSurge"],
  unknown: ["interval", "postDrainDelay", "maxSurge"],
};

/**
 * The next roll to try after those that disturbed the service: one step up the ladder that helps most where the last one
 * hurt. Nothing is ever made less gentle, so no candidate comes twice and a search ends after at most as many rolls as the
 * ladders have steps.
 *
 * @returns undefined when the last roll was not disturbed, `maxRolls` is reached or every ladder is at its end
 */
export function nextCandidate(ladders: Ladders, tried: readonly Attempt[]): Candidate | undefined {
  const last = tried.at(-1);
  if (last === undefined || !last.disturbed || tried.length >= ladders.maxRolls) return undefined;
  for (const dimension of helpful[last.spot ?? "unknown"]) {
    const next = step(dimension, last.candidate, ladders);
    if (next !== undefined) return next;
  }
  return undefined;
}

function step(dimension: Dimension, from: Candidate, ladders: Ladders): Candidate | undefined {
  if (dimension === "maxSurge") {
    const maxSurge = ladders.maxSurges.find((size) => size > (from.maxSurge ?? 1));
    return maxSurge === undefined ? undefined : { ...from, maxSurge };
  }
  if (dimension === "postDrainDelay") {
    const postDrainDelay = ladders.postDrainDelays.find((delay) => durationMs(delay) > durationMs(from.postDrainDelay));
    return postDrainDelay === undefined ? undefined : { ...from, postDrainDelay };
  }
  const longer = (than: string): string | undefined =>
    ladders.intervals.find((interval) => durationMs(interval) > durationMs(than));
  const [controlPlane, node] = [longer(from.controlPlane), longer(from.node)];
  if (controlPlane === undefined && node === undefined) return undefined;
  return { ...from, controlPlane: controlPlane ?? from.controlPlane, node: node ?? from.node };
}
