import * as pulumi from "@pulumi/pulumi";
import type { RehearsalConfig } from "../rehearsal/config.ts";
import { dependsOnOf, stepCommand } from "./step.ts";

export interface PreflightArgs {
  /** See `preflightConfig`. */
  readonly config: pulumi.Input<RehearsalConfig>;
}

/**
 * The look at everything that can stop a rehearsal, before anything that costs money: what waits for this component is
 * not created while errors stand. It looks again when what it looks for has changed, in place.
 *
 * @example new Preflight("preflight", { config: preflightConfig(settings, sources) })
 */
export class Preflight extends pulumi.ComponentResource {
  constructor(name: string, args: PreflightArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:Preflight", name, {}, opts);
    stepCommand(`${name}-checks`, "preflight", args.config, {
      parent: this,
      ...dependsOnOf(opts),
      customTimeouts: { create: "10m", update: "10m" },
    });
    this.registerOutputs({});
  }
}
