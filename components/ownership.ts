import * as pulumi from "@pulumi/pulumi";
import { Command } from "@pulumi/command/local/command.js";
import { claimSchema } from "../ownership/claim.ts";
import { ownershipTags } from "../ownership/tags.ts";
import type { Tags } from "../ownership/tags.ts";
import type { Settings } from "../settings/parse.ts";
import { forecastMinutes } from "./plan.ts";
import { dependsOnOf, stepDir } from "./step.ts";

/**
 * Whose the mirror is and until when: made once, kept in the stack's state, and put on all of its resources as tags.
 * A preview of a new stack does not know them yet; later ones show no difference, whatever the time is.
 *
 * @example new Ownership("ownership", settings).tags
 */
export class Ownership extends pulumi.ComponentResource {
  /** Another value means another mirror. */
  readonly owner: pulumi.Output<string>;
  /** RFC 3339; past it, `rehearsal sweep --delete` deletes what there is of the mirror. */
  readonly expiresAt: pulumi.Output<string>;
  /** The settings' tags and the ownership's. */
  readonly tags: pulumi.Output<Tags>;

  constructor(name: string, settings: Settings, opts?: pulumi.ComponentResourceOptions) {
    const { stack, clusterName, stateStore, ttlHours, region, tags } = settings;
    super("kops-upgrade-rehearsal:components:Ownership", name, { stack, clusterName, ttlHours }, opts);
    const claim = new Command(
      `${name}-claim`,
      {
        create: "exec node bin/rehearsal.mjs claim",
        dir: stepDir(process.cwd()),
        stdin: JSON.stringify({ forecastMinutes: forecastMinutes(settings).most }),
        environment: { REHEARSAL_TTL_HOURS: ttlHours === undefined ? "" : String(ttlHours) },
        logging: "stderr",
        triggers: [clusterName, stateStore],
      },
      // A load or an interval that is changed later makes another forecast, but no other mirror: its tags stay, since new
      // ones would change launch templates, and so every instance.
      { parent: this, ...dependsOnOf(opts), ignoreChanges: ["stdin"] },
    );
    const said = claim.stdout.apply((text) => claimSchema.parse(JSON.parse(text)));
    this.owner = said.owner;
    this.expiresAt = said.expiresAt;
    this.tags = said.apply((ownership) => ({
      ...tags,
      ...ownershipTags({ ...ownership, stack, cluster: clusterName, region }),
    }));
    this.registerOutputs({ owner: this.owner, expiresAt: this.expiresAt });
  }
}
