import * as pulumi from "@pulumi/pulumi";
import { rollLimitMinutes } from "../kops/rehearsal-time.ts";
import type { RehearsalConfig } from "../rehearsal/config.ts";
import { dependsOnOf, stepCommand } from "./step.ts";

export interface RevertArgs {
  readonly config: pulumi.Input<RehearsalConfig>;
  /** Time limit of a roll. */
  readonly rollTimeoutMinutes: number;
  /** How many there are, see `rollsOf`. Default: 2, half an upgrade and the way back. */
  readonly rolls?: number;
}

/** The way back to the old version under load: out of the middle of an upgrade, or once it is done. */
export class Revert extends pulumi.ComponentResource {
  /** One line of JSON: ok, minutes, failed … */
  readonly result: pulumi.Output<string>;

  constructor(name: string, args: RevertArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:Revert", name, {}, opts);
    const minutes = `${rollLimitMinutes(args.rolls ?? 2, args.rollTimeoutMinutes)}m`;
    const revert = stepCommand(`${name}-revert`, "revert", args.config, {
      parent: this,
      ...dependsOnOf(opts),
      customTimeouts: { create: minutes, update: minutes },
    });
    this.result = revert.stdout;
    this.registerOutputs({ result: this.result });
  }
}
