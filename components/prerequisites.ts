import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../ownership/tags.ts";
import type { Settings } from "../settings/parse.ts";
import { Dns } from "./dns.ts";
import { Network } from "./network.ts";
import { StateStore } from "./state-store.ts";
import { dependsOnOf } from "./step.ts";

export interface PrerequisitesArgs extends Pick<Settings, "stateStore" | "network" | "dns"> {
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
  /** Id of the VPC. */
  readonly networkId: pulumi.Output<string>;
  readonly nameServers: pulumi.Output<string[]>;

  constructor(name: string, args: PrerequisitesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:Prerequisites", name, {}, opts);
    const { stateStore: bucketName, network, dns, tags = {} } = args;

    const child = { parent: this, ...dependsOnOf(opts) };
    const stateStore = new StateStore(`${name}-state-store`, { bucketName, tags }, child);
    const net = new Network(`${name}-network`, { vpcId: network.id, cidr: network.cidr, tags }, child);
    const zone = new Dns(`${name}-dns`, { ...dns, vpcId: net.vpcId, tags }, child);

    this.stateStore = stateStore.url;
    this.networkId = net.vpcId;
    this.nameServers = zone.nameServers;
    this.registerOutputs({
      stateStore: this.stateStore,
      networkId: this.networkId,
      nameServers: this.nameServers,
    });
  }
}
