import * as pulumi from "@pulumi/pulumi";
import { commandLimits } from "../kops/rehearsal-time.ts";
import type { RehearsalConfig } from "../rehearsal/config.ts";
import type { Settings } from "../settings/parse.ts";
import { dependsOnOf, stepCommand } from "./step.ts";

export interface LoadTestArgs {
  readonly config: pulumi.Input<RehearsalConfig>;
  readonly load: Settings["load"];
}

/** The baseline: what the app does under load while nothing else happens. */
export class LoadTest extends pulumi.ComponentResource {
  /** One line of JSON: run, requests, failed … */
  readonly result: pulumi.Output<string>;

  constructor(name: string, args: LoadTestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:LoadTest", name, { load: args.load }, opts);
    const minutes = Math.ceil(args.load.durationSeconds / 60) + commandLimits.baseline;
    const baseline = stepCommand(`${name}-baseline`, "baseline", args.config, {
      parent: this,
      ...dependsOnOf(opts),
      customTimeouts: { create: `${minutes}m`, update: `${minutes}m` },
    });
    this.result = baseline.stdout;
    this.registerOutputs({ result: this.result });
  }
}
