import { instanceRoles, interruptionQueue, serviceAccountRole } from "../kops/names.ts";
import { tagKeys } from "../ownership/tags.ts";
import { partitionOf } from "./parameters.ts";
import type { PolicyParameters } from "./parameters.ts";
import type { Condition, Scope } from "./policy.ts";

/** kops, the cloud provider and the CSI driver put it on all that they make: kops' own policies for them demand it. */
const clusterTag = "KubernetesCluster";

/** What the actions of a policy are limited to; each a pure function of the stack. */
export class Scopes {
  readonly #partition: string;

  constructor(readonly stack: PolicyParameters) {
    this.#partition = partitionOf(stack.region);
  }

  /** Reading that AWS lets nobody limit further than to a region. */
  get region(): Scope {
    return { resources: ["*"], condition: { StringEquals: { "aws:RequestedRegion": this.stack.region } } };
  }

  /** Reading of services without regions, and of lists that AWS gives whole. */
  get everywhere(): Scope {
    return { resources: ["*"] };
  }

  /** ARN of resources in the stack's region. */
  arn(service: string, resource: string, account = this.stack.account): string {
    return `arn:${this.#partition}:${service}:${this.stack.region}:${account}:${resource}`;
  }

  /** ARN of resources of services without regions. */
  global(service: string, resource: string, account = this.stack.account): string {
    return `arn:${this.#partition}:${service}::${account}:${resource}`;
  }

  /** An image belongs to its publisher. */
  get image(): Scope {
    return { resources: [`arn:${this.#partition}:ec2:${this.stack.region}::image/*`] };
  }

  /** What kops, and Kubernetes in the mirror, are about to make: their tag of the cluster is in the request. */
  created(arns: readonly string[], extra: Condition = {}): Scope {
    return tagged(arns, `aws:RequestTag/${clusterTag}`, this.stack.clusterName, extra);
  }

  /** What they have made. */
  owned(arns: readonly string[], extra: Condition = {}): Scope {
    return tagged(arns, `aws:ResourceTag/${clusterTag}`, this.stack.clusterName, extra);
  }

  /** What Pulumi is about to make for the mirror: its network. */
  createdForMirror(arns: readonly string[], extra: Condition = {}): Scope {
    return tagged(arns, `aws:RequestTag/${tagKeys.cluster}`, this.stack.clusterName, extra);
  }

  /** The mirror's network: Pulumi's own, or the one that there is. */
  get network(): Scope {
    const { networkId, clusterName } = this.stack;
    if (networkId !== undefined) return { resources: [this.arn("ec2", `vpc/${networkId}`)] };
    const arns = [this.arn("ec2", "vpc/*"), this.arn("ec2", "internet-gateway/*")];
    return tagged(arns, `aws:ResourceTag/${tagKeys.cluster}`, clusterName, {});
  }

  /** Instance profiles by name. */
  get instanceProfiles(): string[] {
    return instanceRoles(this.stack.clusterName).map((name) => this.global("iam", `instance-profile/${name}`));
  }

  /** Roles of instances by name. */
  get instanceRoles(): string[] {
    return instanceRoles(this.stack.clusterName).map((name) => this.global("iam", `role/${name}`));
  }

  /**
   * All roles by name. Those of service accounts end in the cluster's name, whatever the account; of one that is too long
   * for that kops cuts off the end, so it is known only with the account.
   */
  get roles(): string[] {
    const { clusterName, discoveryStore, serviceAccounts = [] } = this.stack;
    if (discoveryStore === undefined) return this.instanceRoles;
    const end = `.sa.${clusterName}`;
    const cutOff = serviceAccounts
      .map((account) => serviceAccountRole(account, clusterName))
      .filter((name) => !name.endsWith(end));
    return [
      ...this.instanceRoles,
      ...[`*${end}`, ...new Set(cutOff)].map((name) => this.global("iam", `role/${name}`)),
    ];
  }

  /** Every role keeps its boundary: one without it could be given any permission. */
  get boundedRoles(): Scope {
    const boundary = this.stack.permissionsBoundary;
    if (boundary === undefined) throw new RangeError("permissionsBoundary is needed for a policy that makes roles");
    return {
      resources: this.roles,
      condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
    };
  }

  /** The queue by which the mirror's nodes hear of interruptions. */
  get queue(): string {
    return this.arn("sqs", interruptionQueue(this.stack.clusterName));
  }

  /** Only records of the mirror's own names, or of these. */
  records(...names: string[]): Condition {
    const { clusterName } = this.stack;
    const own = names.length > 0 ? names : [clusterName, `*.${clusterName}`];
    return { "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": own } };
  }

  s3(bucket: string): string {
    return `arn:${this.#partition}:s3:::${bucket}`;
  }

  /** The mirror's state store, or paths in it. */
  bucket(...paths: string[]): Scope {
    const arn = this.s3(this.stack.bucket);
    return { resources: paths.length === 0 ? [arn] : paths.map((path) => `${arn}/${path}`) };
  }
}

function tagged(resources: readonly string[], key: string, value: string, extra: Condition): Scope {
  const { StringEquals = {}, ...others } = extra;
  return { resources, condition: { StringEquals: { [key]: value, ...StringEquals }, ...others } };
}
