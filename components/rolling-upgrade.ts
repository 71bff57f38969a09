import * as pulumi from "@pulumi/pulumi";
import { rollLimitMinutes } from "../kops/rehearsal-time.ts";
import type { RehearsalConfig } from "../rehearsal/config.ts";
import type { UpgradePlan } from "./plan.ts";
import { dependsOnOf, stepCommand } from "./step.ts";

export interface RollingUpgradeArgs {
  readonly config: pulumi.Input<RehearsalConfig>;
  /** Shown in the preview. */
  readonly plan: UpgradePlan;
  /** Time limit of a roll. */
  readonly rollTimeoutMinutes: number;
  /** How many there may be: a search has several, see `rollsOf`. Default: 1. */
  readonly rolls?: number;
}

/** The upgrade of the mirror, control plane first, under the same load as the baseline. */
export class RollingUpgrade extends pulumi.ComponentResource {
  /** One line of JSON: run, landed … */
  readonly result: pulumi.Output<string>;

  constructor(name: string, args: RollingUpgradeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:RollingUpgrade", name, { ...args.plan }, opts);
    const minutes = `${rollLimitMinutes(args.rolls ?? 1, args.rollTimeoutMinutes)}m`;
    const upgrade = stepCommand(`${name}-upgrade`, "upgrade", args.config, {
      parent: this,
      ...dependsOnOf(opts),
      customTimeouts: { create: minutes, update: minutes },
    });
    this.result = upgrade.stdout;
    this.registerOutputs({ result: this.result });
  }
}
