import * as pulumi from "@pulumi/pulumi";
import { commandLimits } from "../kops/rehearsal-time.ts";
import { networkPlugin } from "../kops/networking.ts";
import { productionVariable } from "../rehearsal/config.ts";
import { manifestsOf } from "../settings/manifests.ts";
import type { Settings } from "../settings/parse.ts";
import { upgradePlan } from "./plan.ts";
import type { Ownership } from "./ownership.ts";
import { createConfig, ownConfig, productionIdentity } from "./step-config.ts";
import { dependsOnOf, stepCommand, stepCommandLine } from "./step.ts";

export interface MirrorClusterArgs {
  readonly settings: Settings;
  /** `s3://bucket`. */
  readonly stateStore: pulumi.Input<string>;
  /** Id of the VPC. Default: kops makes one, which goes with the cluster. */
  readonly networkId?: pulumi.Input<string | undefined>;
  /** Default: the mirror is nobody's in particular, and only has the settings' tags. */
  readonly ownership?: Pick<Ownership, "owner" | "tags">;
}

/**
 * The mirror of the production cluster, at the version that production runs.
 *
 * Three commands: `own` is quick and owns the deletion of the cluster, so that one which `apply` left half-created is
 * deleted whole; `apply` creates it and waits until it validates; `kubeconfig` gives access to it.
 */
export class MirrorCluster extends pulumi.ComponentResource {
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Another value means another cluster. */
  readonly identity: pulumi.Output<string>;
  /** What the cluster's own objects disappear with. */
  readonly owner: pulumi.Resource;

  constructor(name: string, args: MirrorClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { settings, stateStore, networkId, ownership } = args;
    super("kops-upgrade-rehearsal:components:MirrorCluster", name, plan(settings), opts);
    const resolved = pulumi.all([stateStore, networkId, ownership?.owner, ownership?.tags]);

    const own = stepCommand(
      `${name}-own`,
      "own",
      resolved.apply(([url, , owner]) => ownConfig(settings, { stateStore: url, owner })),
      {
        parent: this,
        ...dependsOnOf(opts),
        // Triggers would create the new cluster before the old one is deleted, which, under the same name, deletes the
        // new one. What identifies the cluster is replaced the other way round; production's identity does not: it is
        // written anew in place.
        replaceOnChanges: ["stdin", "environment.REHEARSAL_NETWORK_ID"],
        deleteBeforeReplace: true,
        customTimeouts: { delete: `${commandLimits.delete}m` },
      },
      {
        delete: stepCommandLine("delete"),
        environment: {
          REHEARSAL_NETWORK_ID: pulumi.output(networkId).apply((id) => id ?? ""),
          [productionVariable]: JSON.stringify(productionIdentity(settings)),
        },
      },
    );

    const config = resolved.apply(([url, id, owner, tags]) =>
      createConfig(settings, { stateStore: url, networkId: id, owner, tags }),
    );
    const apply = stepCommand(
      `${name}-apply`,
      "apply",
      config,
      {
        parent: this,
        dependsOn: [own],
        customTimeouts: { create: `${commandLimits.create}m`, update: `${commandLimits.create}m` },
      },
      { triggers: [own.id] },
    );

    const kubeconfig = stepCommand(
      `${name}-kubeconfig`,
      "kubeconfig",
      config,
      { parent: this, dependsOn: [apply], additionalSecretOutputs: ["stdout"] },
      { triggers: [own.id] },
    );

    this.kubeconfig = pulumi.secret(kubeconfig.stdout);
    this.identity = own.id;
    this.owner = own;
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }
}

/** What a reviewer wants to see of the cluster in the preview. */
function plan(settings: Settings): pulumi.Inputs {
  const { clusterName, kubernetesVersion, network, production } = settings;
  const { instanceGroups } = upgradePlan(settings);
  const [cluster] = manifestsOf(settings);
  return {
    clusterName,
    kubernetesVersion,
    madeAfter: production.source ?? "the settings",
    instanceGroups,
    networking: networkPlugin(cluster),
    networkCidr: network.cidr,
  };
}
