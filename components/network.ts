import * as pulumi from "@pulumi/pulumi";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { dependsOnOf } from "./step.ts";
import type { Tags } from "../ownership/tags.ts";

export interface NetworkArgs {
  /** Existing VPC (with an internet gateway) to build in. Default: a new one. */
  readonly vpcId?: string;
  /** CIDR of the new VPC. */
  readonly cidr: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Tags>;
}

/**
 * The VPC of the mirror: a new one with an internet gateway, or an existing one by id, which is left as it is.
 * kops makes the subnets and routes.
 *
 * @example new Network("network", { cidr: "10.99.0.0/16" })
 */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC, once it has its internet gateway. */
  readonly vpcId: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:Network", name, {}, opts);
    this.vpcId = args.vpcId === undefined ? this.#create(name, args, dependsOnOf(opts)) : pulumi.output(args.vpcId);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  #create(
    name: string,
    { cidr, tags }: NetworkArgs,
    first: Pick<pulumi.ResourceOptions, "dependsOn">,
  ): pulumi.Output<string> {
    const parent = { parent: this };
    const named = pulumi.output(tags ?? {}).apply((own) => ({ Name: name, ...own }));
    const vpc = new Vpc(
      `${name}-vpc`,
      { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: named },
      { ...parent, ...first },
    );
    const gateway = new InternetGateway(`${name}-gateway`, { vpcId: vpc.id, tags: named }, parent);
    return pulumi.all([vpc.id, gateway.id]).apply(([vpcId]) => vpcId);
  }
}
