import * as pulumi from "@pulumi/pulumi";
import { getZoneOutput } from "@pulumi/aws/route53/getZone.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import { Zone } from "@pulumi/aws/route53/zone.js";
import type { DnsMode } from "../kops/spec.ts";
import { dependsOnOf } from "./step.ts";
import type { Tags } from "../ownership/tags.ts";

export interface DnsArgs {
  /** `new`: a public zone; `existing`: one that is there; `private`: one for the VPC only; `none`: no DNS. */
  readonly mode: DnsMode;
  /** Name of the hosted zone; without effect with mode `none`. */
  readonly zone?: string;
  /** Existing public zone that delegates to the new one. Default: you delegate by hand. */
  readonly parentZone?: string;
  /** VPC that a private zone is for; needed with mode `private` only. */
  readonly vpcId?: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Tags>;
}

/** NS records are kept short-lived, since the zone they name is. */
const delegationTtlSeconds = 60;

/**
 * The hosted zone in which kops publishes the API server's address.
 * The zone is deleted with the records that a half-deleted cluster may have left in it.
 *
 * @example new Dns("dns", { mode: "private", zone: "k8s.example.com", vpcId: network.vpcId })
 */
export class Dns extends pulumi.ComponentResource {
  /** Name servers of a new public zone, for delegating by hand; else empty. */
  readonly nameServers: pulumi.Output<string[]>;

  constructor(name: string, args: DnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kops-upgrade-rehearsal:components:Dns", name, {}, opts);
    const zone = this.#zone(name, args, dependsOnOf(opts));
    this.nameServers = args.mode === "new" && zone ? zone.nameServers : pulumi.output([]);
    if (args.mode === "new" && zone && args.parentZone) {
      const parentZone = getZoneOutput({ name: args.parentZone }, { parent: this });
      new DnsRecord(
        `${name}-delegation`,
        {
          zoneId: parentZone.zoneId,
          name: args.zone ?? "",
          type: "NS",
          ttl: delegationTtlSeconds,
          records: zone.nameServers,
        },
        { parent: this },
      );
    }
    this.registerOutputs({ nameServers: this.nameServers });
  }

  #zone(
    name: string,
    { mode, zone, vpcId, tags }: DnsArgs,
    first: Pick<pulumi.ResourceOptions, "dependsOn">,
  ): Zone | undefined {
    if (zone === undefined || mode === "none" || mode === "existing") return undefined;
    return new Zone(
      `${name}-zone`,
      {
        name: zone,
        comment: "of a kops upgrade rehearsal",
        forceDestroy: true,
        ...(mode === "private" && vpcId !== undefined ? { vpcs: [{ vpcId }] } : {}),
        ...(tags ? { tags } : {}),
      },
      { parent: this, ...first },
    );
  }
}
