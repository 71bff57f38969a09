/** How kops paces a roll; durations as Go writes them. */
export interface Pace {
  readonly controlPlane: string;
  readonly node: string;
  readonly postDrainDelay: string;
  readonly validateCount: number;
}

/** An instance group, as far as its roll is concerned. */
export interface RolledGroup {
  readonly controlPlane: boolean;
  /** Instances. */
  readonly size: number;
}

/** kops waits this long between two validations that pass (`ValidateSuccessDuration`). */
const revalidationSeconds = 10;

/**
 * The least number of minutes that rolling the cluster can take: the pauses that kops makes by itself.
 * Booting instances, draining and failed validations come on top, so this is a floor, not an estimate.
 */
export function rollFloorMinutes(groups: readonly RolledGroup[], pace: Pace): number {
  const validation = (Math.max(pace.validateCount, 1) - 1) * revalidationSeconds;
  const drain = durationSeconds(pace.postDrainDelay);
  const seconds = groups.map(({ controlPlane, size }) => {
    if (size === 0) return 0;
    if (controlPlane) return size * (durationSeconds(pace.controlPlane) + drain + validation);
    const node = durationSeconds(pace.node) + validation;
    // A group of nodes first detaches an instance and waits for its replacement (surge), then drains each.
    return node + size * (node + drain);
  });
  return minutes(seconds.reduce((sum, part) => sum + part, 0));
}

/** The article's rule for the time to schedule: number of nodes x interval, in minutes. */
export function scheduleFloorMinutes(nodes: number, interval: string): number {
  return minutes(nodes * durationSeconds(interval));
}

/** Seconds of a Go duration such as `1h30m`; 0 for text that is none. */
export function durationSeconds(duration: string): number {
  const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  return [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, value, unit]) => sum + Number(value) * (units[unit ?? ""] ?? 0),
    0,
  );
}

function minutes(seconds: number): number {
  return Math.round((seconds / 60) * 10) / 10;
}
