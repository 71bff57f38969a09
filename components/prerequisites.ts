import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../ownership/tags.ts";
import type { Settings } from "../settings/parse.ts";
import { Dns } from "./dns.ts";
import { Network } from "./network.ts";
import { StateStore } from "./state-store.ts";
import { dependsOnOf } from "./step.ts";

export interface PrerequisitesArgs extends Pick<Settings, "stateStore" | "network" | "dns"> {
  /**
   * Whether kops makes the network, which goes with the cluster, where none is given. Default false. It does so best where
   * production has IPv6: in a VPC that is not its own, kops 1.35 takes the egress-only internet gateways of all VPCs in
   * the region for the cluster's (https://github.com/kubernetes/kops/issues/18088).
   */
  readonly networkOfKops?: boolean;
  /** Of everything that can have tags. */
  readonly tags?: pulumi.Input<Tags>;
}

/**
 * What kops needs on AWS before it can create a cluster: state store, network, DNS.
 *
 * @example new Prerequisites("prerequisites", { ...settings, tags: ownership.tags })
 */
export class Prerequisites extends pulumi.ComponentResource {
  /** `s3://bucket`. */
  readonly stateStore: pulumi.Output<string>;
  /** Id of the VPC; undefined where kops makes it. */
  readonly networkId: pulumi.Output<string | undefined>;
  readonly nameServers: pulumi.Output<string[]>;

  constructor(name: string, args: PrerequisitesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:Prerequisites", name, {}, opts);
    const { stateStore: bucketName, network, dns, networkOfKops = false, tags = {} } = args;

    const child = { parent: this, ...dependsOnOf(opts) };
    const stateStore = new StateStore(`${name}-state-store`, { bucketName, tags }, child);
    const vpcId =
      network.id === undefined && networkOfKops
        ? undefined
        : new Network(`${name}-network`, { vpcId: network.id, cidr: network.cidr, tags }, child).vpcId;
    const zone = new Dns(`${name}-dns`, { ...dns, ...(vpcId === undefined ? {} : { vpcId }), tags }, child);

    this.stateStore = stateStore.url;
    this.networkId = pulumi.output(vpcId);
    this.nameServers = zone.nameServers;
    this.registerOutputs({
      stateStore: this.stateStore,
      networkId: this.networkId,
      nameServers: this.nameServers,
    });
  }
}
