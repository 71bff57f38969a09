import type { RollOptions } from "../kops/argv.ts";
import type { RehearsalConfig } from "./config.ts";

/** How kops is to pace a roll. */
export function rollOptions({ intervals }: Pick<RehearsalConfig, "intervals">): RollOptions {
  return {
    controlPlaneInterval: intervals.controlPlane,
    nodeInterval: intervals.node,
    postDrainDelay: intervals.postDrainDelay,
    validationTimeout: intervals.validationTimeout,
    drainTimeout: intervals.drainTimeout,
    validateCount: intervals.validateCount,
  };
}
